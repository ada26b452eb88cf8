"""Writes optimizerFixture.ts: what PyTorch's AdamW and SGD do to four parameters over six steps, and what its
CosineAnnealingLR and OneCycleLR say. Run `python3 optimizerFixture.py` in this folder (PyTorch 1.13 was used)."""

import json

import torch

START = [0.5, -1.25, 2.0, -0.03]
GRADIENTS = [
    [0.1, -0.2, 3.0, 0.0],
    [-0.3, 0.25, 1.0, 1e-4],
    [0.05, 0.5, -2.0, 0.0],
    [0.2, -0.1, 0.5, -1e-3],
    [0.0, 0.0, 0.0, 0.0],
    [1.5, -2.5, 0.1, 1e-5],
]
RATES = [0.01, 0.02, 0.005, 0.01, 0.01, 0.03]
WEIGHT_DECAY = 0.1
DECAYED = [True, True, False, False]


def run(make):
    parts = [torch.nn.Parameter(torch.tensor([value], dtype=torch.float64)) for value in START]
    groups = [
        {"params": [p for p, d in zip(parts, DECAYED) if d], "weight_decay": WEIGHT_DECAY},
        {"params": [p for p, d in zip(parts, DECAYED) if not d], "weight_decay": 0.0},
    ]
    optimizer = make(groups)
    trace = []
    for rate, gradients in zip(RATES, GRADIENTS):
        for group in optimizer.param_groups:
            group["lr"] = rate
        for part, gradient in zip(parts, gradients):
            part.grad = torch.tensor([gradient], dtype=torch.float64)
        optimizer.step()
        trace.append([part.item() for part in parts])
    return trace


def rates(make, budget):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.01)
    scheduler = make(optimizer, budget)
    values = []
    for _ in range(budget):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step() if len(values) < budget else None
    return values


fixture = {
    "torch": torch.__version__,
    "start": START,
    "gradients": GRADIENTS,
    "rates": RATES,
    "weightDecay": WEIGHT_DECAY,
    "decayed": DECAYED,
    "adamw": run(lambda groups: torch.optim.AdamW(groups, lr=1.0)),
    "sgd": run(lambda groups: torch.optim.SGD(groups, lr=1.0, momentum=0.9)),
    "cosine": rates(lambda o, n: torch.optim.lr_scheduler.CosineAnnealingLR(o, n), 20),
    "oneCycle": rates(lambda o, n: torch.optim.lr_scheduler.OneCycleLR(o, 0.01, total_steps=n), 20),
}
with open("optimizerFixture.ts", "w") as file:
    file.write("// Written by optimizerFixture.py with PyTorch.\n")
    file.write(f"export const fixture = {json.dumps(fixture, indent=2)};\n")
