"""Writes pytorchSamples.json: PyTorch's own sample inputs of cross-entropy and negative log-likelihood, those by which it
tests itself, with its losses and gradients in float64.

Debian's python3-torch 1.13 made the committed file. From the repository's root:

    /usr/bin/python3 src/segmentation/losses/makePytorchSamples.py && npx biome format --write src/segmentation/losses

Targets that are probabilities are left out: a painted pixel has one class. Weights below zero are turned positive: ours
must be.
"""

import json
import pathlib
import sys
import types
import unittest

# PyTorch's tests ask for a package that its samples do not need.
sys.modules.setdefault("expecttest", types.SimpleNamespace(TestCase=unittest.TestCase, ACCEPT=False))

import torch  # noqa: E402
from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402

OPERATORS = {"nn.functional.cross_entropy": "crossEntropy", "nn.functional.nll_loss": "negativeLogLikelihood"}


def rounded(tensor):
    return [round(x, 9) + 0.0 for x in tensor.detach().reshape(-1).tolist()]


def cases():
    torch.manual_seed(0)
    for operator in op_db:
        if operator.name not in OPERATORS:
            continue
        for sample in operator.sample_inputs("cpu", torch.float64):
            logits = sample.input.detach().requires_grad_()
            (labels,) = sample.args
            if labels.is_floating_point():
                continue
            weight = sample.kwargs.get("weight")
            weight = None if weight is None else weight.abs()
            options = {**sample.kwargs, "weight": weight}
            loss = operator.op(logits, labels, **options)
            (gradient,) = torch.autograd.grad(loss.sum(), logits)
            yield {
                "operator": OPERATORS[operator.name],
                "reduction": options.get("reduction", "mean"),
                "ignoreIndex": options.get("ignore_index", -100),
                "labelSmoothing": options.get("label_smoothing", 0),
                "weight": None if weight is None else rounded(weight),
                "logits": rounded(logits),
                "shape": list(logits.shape),
                "labels": labels.reshape(-1).tolist(),
                "loss": rounded(loss),
                "gradient": rounded(gradient),
            }


found = [case for case in cases() if all(x == x for x in case["loss"])]
path = pathlib.Path(__file__).with_name("pytorchSamples.json")
path.write_text(json.dumps(found))
print(len(found), "samples")
