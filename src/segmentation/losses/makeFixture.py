"""Writes pytorchFixture.json: losses and gradients by PyTorch in float64, for the tests in this folder.

Debian's python3-torch 1.13 made the committed file. From the repository's root:

    /usr/bin/python3 src/segmentation/losses/makeFixture.py && npx biome format --write src/segmentation/losses

Cross-entropy is PyTorch's own, with ignore_index. Everything else is written here from its definition, on the gathered
rows of labeled pixels, so that it shares no masking with the code under test.
"""

import itertools
import json
import pathlib

import torch
import torch.nn.functional as F

UNLABELED = 255
CLASSES = 3
WEIGHT = [0.5, 2.0, 1.25]
SMOOTHING = 0.1


def rounded(tensor, decimals=9):
    return [round(x, decimals) + 0.0 for x in tensor.detach().reshape(-1).tolist()]


def channels_second(logits):
    return logits.movedim(-1, 1)


def weight_tensor(weight):
    return None if weight is None else torch.tensor(weight, dtype=torch.float64)


def cross_entropy(logits, labels, weight, smoothing, reduction, **_):
    return F.cross_entropy(
        channels_second(logits),
        labels,
        weight=weight_tensor(weight),
        ignore_index=UNLABELED,
        label_smoothing=smoothing,
        reduction=reduction,
    )


def focal(logits, labels, weight, smoothing, reduction, gamma=2.0, **_):
    channels = logits.shape[-1]
    keep = labels != UNLABELED
    p = logits[keep].softmax(-1)
    y = labels[keep]
    w = torch.ones(channels, dtype=torch.float64) if weight is None else weight_tensor(weight)
    terms = -w * (1 - p) ** gamma * p.log()
    per_pixel = (1 - smoothing) * terms.gather(-1, y[:, None])[:, 0] + smoothing * terms.mean(-1)
    if reduction == "none":
        return torch.zeros(labels.shape, dtype=torch.float64).masked_scatter(keep, per_pixel)
    return per_pixel.sum() / (w[y].sum() if reduction == "mean" else 1)


def dice(logits, labels, **_):
    keep = labels != UNLABELED
    p = logits[keep].softmax(-1)
    y = labels[keep]
    scores = []
    for c in y.unique().tolist():
        t = (y == c).double()
        scores.append((2 * (p[:, c] * t).sum() + 1e-6) / (p[:, c].sum() + t.sum() + 1e-6))
    return 1 - torch.stack(scores).mean()


def mse(logits, labels, reduction, **_):
    keep = labels != UNLABELED
    p = logits[keep].softmax(-1)
    error = F.mse_loss(p, F.one_hot(labels[keep], logits.shape[-1]).double(), reduction=reduction)
    if reduction == "none":
        return torch.zeros(logits.shape, dtype=torch.float64).masked_scatter(keep[..., None], error)
    return error


LOSSES = {"crossEntropy": cross_entropy, "focal": focal, "dice": dice, "mse": mse}


def all_pixel_mean(loss, logits, labels, weight, smoothing):
    if loss == "mse":  # mse(p·h, t·h), as on the fast.ai forum
        h = (labels != UNLABELED)[..., None].double()
        t = F.one_hot(labels * (labels != UNLABELED), logits.shape[-1]).double()
        return F.mse_loss(logits.softmax(-1) * h, t * h)
    return LOSSES[loss](logits, labels, weight=weight, smoothing=smoothing, reduction="none").mean()


def treated(treatment, logits, labels, weight, background):
    """Logits, labels and class weights as a treatment of unlabeled pixels hands them to the loss."""
    h = labels != UNLABELED
    if treatment == "zeroedInput":
        logits, labels = logits * h[..., None], labels * h
    if treatment == "asBackground":
        labels = labels.masked_fill(~h, background)
    if treatment == "extraClass":
        labels = labels.masked_fill(~h, CLASSES)
        weight = None if weight is None else [*weight, 1.0]
    return logits, labels, weight


def label_loss(loss, treatment, logits, labels, weight, smoothing, background):
    if treatment == "allPixelMean":
        return all_pixel_mean(loss, logits, labels, weight, smoothing)
    logits, labels, weight = treated(treatment, logits, labels, weight, background)
    return LOSSES[loss](logits, labels, weight=weight, smoothing=smoothing, reduction="mean")


def compatible(loss, treatment):
    if treatment == "zeroedInput":
        return loss == "crossEntropy"
    return (loss, treatment) != ("dice", "allPixelMean")


def fastai_cross_entropy_flat(logits, target, axis, weight, reduction):
    """The lines of fast.ai's FlattenedLoss.__call__ that matter, is_2d=True."""
    logits = logits.transpose(axis, -1).contiguous()
    target = target.transpose(axis, -1).contiguous()
    return F.cross_entropy(
        logits.view(-1, logits.shape[-1]), target.view(-1), weight=weight_tensor(weight), reduction=reduction
    )


def differentiated(compute, logits, cotangent):
    """Value, and gradient of <value, cotangent> ("none"), or of the scalar."""
    leaf = logits.clone().requires_grad_(True)
    value = compute(leaf)
    total = value if value.dim() == 0 else (value.reshape(-1) * cotangent[: value.numel()]).sum()
    return {"value": rounded(value), "gradient": rounded(torch.autograd.grad(total, leaf)[0])}


def random_logits(*shape):
    return (2 * torch.randn(*shape, dtype=torch.float64)).round(decimals=3)


def main():
    torch.manual_seed(20)
    shape = (2, 3, 4)
    logits = random_logits(*shape, CLASSES)
    extended = random_logits(*shape, CLASSES + 1)
    labels = torch.randint(0, CLASSES, shape)
    labels[torch.rand(shape) < 0.4] = UNLABELED
    cotangent = random_logits(logits.numel())

    losses = []
    settings = list(itertools.product([None, WEIGHT], [0, SMOOTHING], ["mean", "sum", "none"]))
    variants = [("crossEntropy", {}, s) for s in settings]
    variants += [("focal", {"gamma": g}, s) for g in (2.0, 0.5) for s in settings if s[2] != "sum" or g == 2.0]
    variants += [("dice", {}, (None, 0, "mean"))]
    variants += [("mse", {}, (None, 0, r)) for r in ("mean", "sum", "none")]
    for loss, extra, (weight, smoothing, reduction) in variants:
        result = differentiated(
            lambda z: LOSSES[loss](z, labels, weight=weight, smoothing=smoothing, reduction=reduction, **extra),
            logits,
            cotangent,
        )
        losses.append(
            {"loss": loss, **extra, "weight": weight, "labelSmoothing": smoothing, "reduction": reduction, **result}
        )

    label_losses = []
    treatments = ["ignore", "allPixelMean", "zeroedInput", "asBackground", "extraClass"]
    plain, full = (None, 0), (WEIGHT, SMOOTHING)
    for loss, treatment in itertools.product(LOSSES, treatments):
        if not compatible(loss, treatment):
            continue
        for weight, smoothing in [plain, full] if loss in ("crossEntropy", "focal") else [plain]:
            result = differentiated(
                lambda z: label_loss(loss, treatment, z, labels, weight, smoothing, background=2),
                extended if treatment == "extraClass" else logits,
                cotangent,
            )
            label_losses.append(
                {"loss": loss, "treatment": treatment, "weight": weight, "labelSmoothing": smoothing, **result}
            )

    # The class axis at each place; targets with the axis, 1 long, and without it.
    flat_cases = []
    for axis, input_shape, target_shape in [
        (1, (2, 3, 2, 4), (2, 2, 4)),
        (1, (2, 3, 2, 4), (2, 1, 2, 4)),
        (-1, (2, 4, 3), (2, 4)),
        (2, (2, 2, 3, 4), (2, 2, 4)),
        (0, (3, 4), (4,)),
        (1, (2, 3, 2, 2, 2), (2, 1, 2, 2, 2)),
    ]:
        x = random_logits(*input_shape)
        y = torch.randint(0, CLASSES, target_shape)
        for weight, reduction in [(None, "mean"), (WEIGHT, "none")]:
            result = differentiated(
                lambda z: fastai_cross_entropy_flat(z, y, axis, weight, reduction), x, cotangent
            )
            flat_cases.append(
                {
                    "axis": axis,
                    "inputShape": input_shape,
                    "input": rounded(x),
                    "targetShape": target_shape,
                    "target": y.reshape(-1).tolist(),
                    "weight": weight,
                    "reduction": reduction,
                    **result,
                }
            )

    # The published recipe's mask: h of [B, H, W] against logits of [B, C, H, W], by PyTorch's own broadcasting.
    published = []
    for batch in (1, CLASSES):
        x = random_logits(batch, CLASSES, 2, 4)
        y = torch.randint(0, CLASSES, (batch, 2, 4))
        y[torch.rand(batch, 2, 4) < 0.5] = UNLABELED

        def recipe(z):
            h = y != UNLABELED
            return fastai_cross_entropy_flat(z * h, y * h, axis=1, weight=None, reduction="mean")

        published.append(
            {"inputShape": list(x.shape), "input": rounded(x), "target": y.reshape(-1).tolist()}
            | differentiated(recipe, x, cotangent)
        )

    fixture = {
        "source": f"PyTorch {torch.__version__}, float64, by makeFixture.py",
        "shape": shape,
        "logits": rounded(logits),
        "extendedLogits": rounded(extended),
        "labels": labels.reshape(-1).tolist(),
        "cotangent": rounded(cotangent),
        "backgroundChannel": 2,
        "losses": losses,
        "labelLosses": label_losses,
        "flattened": flat_cases,
        "published": published,
    }
    path = pathlib.Path(__file__).with_name("pytorchFixture.json")
    path.write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
