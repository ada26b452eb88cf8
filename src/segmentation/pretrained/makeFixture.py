"""Writes mobileNetFixture.json: maps of MobileNetV2 from the package's own graph, and gradients by its weights, computed by
PyTorch in double precision.

python3 src/segmentation/pretrained/makeFixture.py     (in the repository, after npm install; PyTorch 1.13 was used)

It reads names, shapes and weights of the graph on its own, so that extraction, order, padding and activations of the
TypeScript side are checked against a second reading of the same file.
"""
import json
import os
import numpy as np
import torch
import torch.nn.functional as F

MODELS = 'node_modules/@vladmandic/human/models'
PREFIX = 'StatefulPartitionedCall/center_net_mobile_net_v2fpn_feature_extractor/model_1/model/'
SIDE = 32

model = json.load(open(f'{MODELS}/movenet-lightning.json'))
raw = open(f'{MODELS}/movenet-lightning.bin', 'rb').read()
weights, start = {}, 0
for entry in model['weightsManifest'][0]['weights']:
    stored = np.dtype(entry.get('quantization', {}).get('dtype', entry['dtype']))
    count = int(np.prod(entry['shape']))
    weights[entry['name']] = torch.tensor(
        np.frombuffer(raw, stored, count, start).reshape(entry['shape']).astype(np.float64), requires_grad=True)
    start += count * stored.itemsize
inputs = {node['name']: node.get('input', []) for node in model['modelTopology']['node']}


used = {}


def layer(x, name, stride=1, six=True):
    _, kernel, bias = inputs[PREFIX + name][:3]
    filters = weights[kernel]
    used[name] = (filters, weights[bias])
    side = filters.shape[0]
    # TensorFlow's "same": what is missing, the smaller half first.
    pads = []
    for length in (x.shape[-1], x.shape[-2]):
        missing = max((-(-length // stride) - 1) * stride + side - length, 0)
        pads += [missing // 2, missing - missing // 2]
    depthwise = 'depthwise' in name
    filters = filters.permute(2, 3, 0, 1) if depthwise else filters.permute(3, 2, 0, 1)
    y = F.conv2d(F.pad(x, pads), filters, weights[bias], stride, groups=x.shape[1] if depthwise else 1)
    return y.clamp(0, 6) if six else y


# Colours as the first layer was trained on, in [-1, 1]; a pattern that a formula gives, so that no array has to be stored.
grid = torch.arange(SIDE, dtype=torch.float64)
picture = torch.stack([torch.sin(0.7 * grid[None, :] + 0.3 * grid[:, None] * (1 + c)) for c in range(3)])[None]
x = layer(picture, 'Conv1_relu/Relu6', 2)
x = layer(x, 'expanded_conv_depthwise/depthwise')
x = layer(x, 'expanded_conv_project_BN/FusedBatchNormV3', six=False)
maps = {0: x}
for block in range(1, 13):
    y = layer(x, f'block_{block}_expand_relu/Relu6')
    y = layer(y, f'block_{block}_depthwise/depthwise', 2 if block in (1, 3, 6) else 1)
    y = layer(y, f'block_{block}_project_BN/FusedBatchNormV3', six=False)
    x = x + y if x.shape == y.shape else y
    maps[block] = x

# A loss that every map has a share in, each value with another factor; maps are weighed alike.
loss = 0
for block in (0, 2, 5, 9, 12):
    values = maps[block].permute(0, 2, 3, 1).reshape(-1)
    loss = loss + (values * torch.sin(0.37 * torch.arange(len(values), dtype=torch.float64))).mean() * 100
loss.backward()


def short(values):
    return [float(f'{v:.6g}') for v in values.tolist()]


def some(gradient):
    # 13 and the channel counts have no factor in common.
    flat = gradient.reshape(-1)[::13]
    return short(flat[:: max(1, len(flat) // 24)][:24])


fixture = {
    'side': SIDE,
    'gradients': [
        {
            'kernel': some(kernel.grad),
            'bias': some(bias.grad),
            'largest': short(torch.stack([kernel.grad.abs().max(), bias.grad.abs().max()])),
        }
        for kernel, bias in used.values()
    ],
    'maps': {
        str(block): {
            'shape': list(maps[block].permute(0, 2, 3, 1).shape),
            # Every 7th number is enough to tell.
            'every7th': short(maps[block].permute(0, 2, 3, 1).reshape(-1)[::7]),
        }
        for block in (0, 2, 5, 9, 12)
    },
}
with open(os.path.join(os.path.dirname(__file__), 'mobileNetFixture.json'), 'w') as file:
    json.dump(fixture, file)
    file.write('\n')
