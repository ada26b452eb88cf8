"""Writes pixelWeightFixture.json: label losses whose pixels have weights, and their gradients, by PyTorch in float64.

Debian's python3-torch 1.13 made the committed file. From the repository's root:

    /usr/bin/python3 src/segmentation/losses/makePixelWeightFixture.py && npx biome format --write src/segmentation/losses

Costs come one by one from PyTorch (reduction="none"); pixel weights multiply them, and what they are divided by, here.
"""

import itertools
import json
import pathlib

import torch
import torch.nn.functional as F

from makeFixture import (
    CLASSES,
    LOSSES,
    SMOOTHING,
    UNLABELED,
    WEIGHT,
    compatible,
    differentiated,
    random_logits,
    rounded,
    treated,
    weight_tensor,
)


def weighted_dice(logits, labels, m):
    keep = labels != UNLABELED
    p, y, m = logits[keep].softmax(-1), labels[keep], m[keep]
    scores = []
    for c in y.unique().tolist():
        t = (y == c).double()
        scores.append((2 * (m * p[:, c] * t).sum() + 1e-6) / ((m * p[:, c]).sum() + (m * t).sum() + 1e-6))
    return 1 - torch.stack(scores).mean()


def costs_and_shares(loss, logits, labels, weight, smoothing):
    """Every pixel's cost, and its share of the denominator; both 0 where it does not count."""
    if loss == "mse":
        costs = LOSSES[loss](logits, labels, reduction="none").sum(-1)
        return costs, (labels != UNLABELED) * float(logits.shape[-1])
    costs = LOSSES[loss](logits, labels, weight=weight, smoothing=smoothing, reduction="none")
    w = torch.ones(logits.shape[-1], dtype=torch.float64) if weight is None else weight_tensor(weight)
    keep = labels != UNLABELED
    return costs, torch.zeros(labels.shape, dtype=torch.float64).masked_scatter(keep, w[labels[keep]])


def weighted_label_loss(loss, treatment, logits, labels, m, weight, smoothing, background):
    logits, labels, weight = treated(treatment, logits, labels, weight, background)
    if loss == "dice":
        return weighted_dice(logits, labels, m)
    costs, shares = costs_and_shares(loss, logits, labels, weight, smoothing)
    if treatment == "allPixelMean":
        return (m * costs).sum() / (logits.numel() if loss == "mse" else labels.numel())
    return (m * costs).sum() / (m * shares).sum()


def main():
    torch.manual_seed(21)
    shape = (2, 3, 4)
    logits = random_logits(*shape, CLASSES)
    extended = random_logits(*shape, CLASSES + 1)
    labels = torch.randint(0, CLASSES, shape)
    labels[torch.rand(shape) < 0.4] = UNLABELED
    # What single precision has exactly; 0 is among them.
    m = torch.randint(0, 17, shape).double() / 8

    cases = []
    treatments = ["ignore", "allPixelMean", "zeroedInput", "asBackground", "extraClass"]
    for loss, treatment in itertools.product(LOSSES, treatments):
        if not compatible(loss, treatment):
            continue
        weighted = loss in ("crossEntropy", "focal")
        for weight, smoothing in [(None, 0), (WEIGHT, SMOOTHING)] if weighted else [(None, 0)]:
            result = differentiated(
                lambda z: weighted_label_loss(loss, treatment, z, labels, m, weight, smoothing, background=2),
                extended if treatment == "extraClass" else logits,
                cotangent=None,
            )
            cases.append({"loss": loss, "treatment": treatment, "weight": weight, "labelSmoothing": smoothing, **result})

    # The explicit form against PyTorch's own mean: with weights of 1 they are one.
    ours = weighted_label_loss("crossEntropy", "ignore", logits, labels, torch.ones(shape), WEIGHT, SMOOTHING, 2)
    theirs = F.cross_entropy(
        logits.movedim(-1, 1),
        labels,
        weight=weight_tensor(WEIGHT),
        ignore_index=UNLABELED,
        label_smoothing=SMOOTHING,
    )
    torch.testing.assert_close(ours, theirs)

    fixture = {
        "source": f"PyTorch {torch.__version__}, float64, by makePixelWeightFixture.py",
        "shape": shape,
        "logits": rounded(logits),
        "extendedLogits": rounded(extended),
        "labels": labels.reshape(-1).tolist(),
        "pixelWeight": rounded(m),
        "backgroundChannel": 2,
        "labelLosses": cases,
    }
    path = pathlib.Path(__file__).with_name("pixelWeightFixture.json")
    path.write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
