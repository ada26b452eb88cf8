"""Writes references.json beside the pictures: what ilastik's method reaches on them, for the bench's tables.

    /usr/bin/python3 src/quality/makeReferences.py FOLDER [SIZE]   (Debian: python3-skimage, python3-sklearn)

A random forest on scikit-image's multiscale_basic_features, of 50 trees for a single picture and of 100 for several; scored
as the bench scores: README.md.
"""

import json
import pathlib
import sys

import numpy
from PIL import Image
from skimage.feature import multiscale_basic_features
from sklearn.ensemble import RandomForestClassifier

UNLABELED = 255
folder = pathlib.Path(sys.argv[1])
size = sys.argv[2] if len(sys.argv) > 2 else "128"


def picture(name, identifier):
    def read(part):
        return Image.open(folder / name / size / part / f"{identifier}.png")

    colours = numpy.asarray(read("images").convert("RGB"), dtype=numpy.float32) / 255
    features = multiscale_basic_features(colours, sigma_min=1, sigma_max=16, channel_axis=-1)
    return features, numpy.asarray(read("scribbles")), numpy.asarray(read("masks"))


def learned(pictures, trees):
    rows = numpy.concatenate([features[strokes != UNLABELED] for features, strokes, _ in pictures])
    classes = numpy.concatenate([strokes[strokes != UNLABELED] for _, strokes, _ in pictures])
    share = 0.5 if len(classes) > 200 else None
    return RandomForestClassifier(trees, max_depth=10, max_samples=share, random_state=0, n_jobs=1).fit(rows, classes)


def predicted(forest, features):
    return forest.predict(features.reshape(-1, features.shape[-1])).reshape(features.shape[:2])


def mean_iou(truth, prediction, classes):
    counts = numpy.isin(truth, classes)
    shares = []
    for one in numpy.unique(truth[counts]):
        is_true, is_found = (truth == one) & counts, (prediction == one) & counts
        shares.append((is_true & is_found).sum() / (is_true | is_found).sum())
    return round(float(numpy.mean(shares)), 4)


def single(name, identifiers):
    scores = {}
    for identifier in identifiers:
        features, strokes, truth = one = picture(name, identifier)
        painted = strokes != UNLABELED
        classes = numpy.unique(strokes[painted])
        if len(classes) > 1:
            unpainted = numpy.where(painted, UNLABELED, truth)
            scores[identifier] = mean_iou(unpainted, predicted(learned([one], 50), features), classes)
    return scores


def multi(name, splits):
    of = {part: [picture(name, i) for i, split in splits.items() if split == part] for part in ("train", "test")}
    if not of["train"] or not of["test"]:
        return None
    forest = learned(of["train"], 100)
    truth = numpy.concatenate([truth.ravel() for _, _, truth in of["test"]])
    prediction = numpy.concatenate([predicted(forest, features).ravel() for features, _, _ in of["test"]])
    return mean_iou(truth, prediction, forest.classes_)


sets = {name: one["split"] for name, one in json.loads((folder / "manifest.json").read_text()).items()}
forest = {f"single {size}": {}, f"multi {size}": {}}
for name, splits in sets.items():
    forest[f"single {size}"][name] = single(name, splits)
    together = multi(name, splits)
    if together is not None:
        forest[f"multi {size}"][name] = together
    print(name, numpy.mean(list(forest[f"single {size}"][name].values())).round(3), together, flush=True)

file = folder / "references.json"
former = json.loads(file.read_text()) if file.exists() else {}
former["random forest"] = {**former.get("random forest", {}), **forest}
file.write_text(json.dumps(former, indent=1) + "\n")
