"""Runs the PyTorch programs that the page offers: reads {programs, cases} from stdin, writes their figures as JSON.

Every program is a module of its own, made of its text; `__main__` parts do not run. See generatedCode.test.ts.
"""

import json
import sys
import types

import torch

torch.set_num_threads(1)


def module_of(text):
    module = types.ModuleType("program")
    exec(compile(text, "program", "exec"), module.__dict__)
    return module


def tensor(values, shape):
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def label_loss(case):
    logits = tensor(case["logits"], case["shape"] + [-1]).movedim(-1, 1)
    labels = torch.tensor(case["labels"]).reshape(case["shape"])
    weight = None if case["weight"] is None else torch.tensor(case["weight"], dtype=torch.float64)
    return module_of(case["program"]).label_loss(logits, labels, weight).item()


def smoothness(case):
    logits = tensor(case["logits"], case["shape"] + [-1]).movedim(-1, 1)
    colours = tensor(case["colours"], case["shape"] + [3]).movedim(-1, 1)
    labels = torch.tensor(case["labels"]).reshape(case["shape"])
    return module_of(case["program"]).smoothness(logits, colours, labels).item()


def class_weights(case):
    return module_of(case["program"]).class_weights(torch.tensor(case["labels"])).tolist()


def loaded(network, parameters):
    """Gives a network the page's weights, by the page's names for them."""

    def kernel(name):
        return torch.tensor(parameters[name]["values"]).reshape(parameters[name]["shape"]).permute(3, 2, 0, 1)

    def vector(name):
        return torch.tensor(parameters[name]["values"])

    def block(module, name):
        module.convolution.weight.data = kernel(f"{name}/kernel")
        norm(module.norm, name)

    def norm(module, name):
        module.weight.data, module.bias.data = vector(f"{name}/gain"), vector(f"{name}/offset")

    def biased(module, name):
        module.weight.data, module.bias.data = kernel(f"{name}/kernel"), vector(f"{name}/bias")

    biased(network.head, "head")
    if hasattr(network, "up"):
        biased(network.stem, "stem")
        for i, down in enumerate(network.down):
            biased(down, f"down{i + 1}")
        for i, up in enumerate(network.up):
            up.weight.data = torch.cat([kernel(f"up{i}/deep/kernel"), kernel(f"up{i}/skip/kernel")], 1)
            up.bias.data = vector(f"up{i}/bias")
        return network
    block(network.stem, "stem")
    if hasattr(network, "blocks"):
        for i, module in enumerate(network.blocks):
            block(module, f"block{i}")
        for i, module in enumerate(network.gather):
            module.weight.data = kernel(f"gather{i - 1 if i > 0 else ''}/kernel")
        norm(network.norm, "gather")
        return network
    for i, down in enumerate(network.down):
        block(down, f"down{i + 1}")
    for i in range(len(network.narrow)):
        network.narrow[i].weight.data = kernel(f"narrow{i}/kernel")
        network.deep[i].weight.data = kernel(f"up{i}/deep/kernel")
        network.skip[i].weight.data = kernel(f"up{i}/skip/kernel")
        norm(network.norm[i], f"up{i}")
    return network


def logits(case):
    module = module_of(case["program"])
    network = module.Network(len(module.CLASSES))
    count = sum(p.numel() for p in network.parameters())
    picture = torch.tensor(case["picture"]).reshape(case["shape"]).movedim(-1, 1)
    with torch.no_grad():
        values = loaded(network, case["parameters"])(picture).movedim(1, -1)
    return {"count": count, "logits": values.flatten().tolist()}


def rates(case):
    """Learning rates of the steps, as the program's own schedule sets them."""
    module = module_of(case["program"])
    seen = []
    for kind in (torch.optim.AdamW, torch.optim.SGD):
        original = kind.step

        def noted(self, *given, original=original, **named):
            seen.append(self.param_groups[0]["lr"])
            return original(self, *given, **named)

        kind.step = noted
    labels = torch.full((16, 16), 255)
    labels[:4], labels[-4:] = 0, 1
    module.train(torch.randn(3, 16, 16), labels)
    return seen


KINDS = {f.__name__: f for f in (label_loss, smoothness, class_weights, logits, rates)}

print(json.dumps([KINDS[case["kind"]](case) for case in json.load(sys.stdin)]))
