import type { NetworkKind } from '../../settings/learner.ts';
import { type CodeFacts, outputCount } from './codeFacts.ts';
import { lines, sections } from './pythonText.ts';

/** Classes that make up `Network`, whose `multiple` pictures' sides are multiples of; logits `[B, OUTPUTS, H, W]`. */
export function networkText(facts: CodeFacts): string {
  const { kind } = facts.settings.network;
  return sections(kind === 'plainUnet' ? '' : BLOCK, NETWORKS[kind](facts), INITIALISE).trim();
}

const NETWORKS: Readonly<Record<NetworkKind, (facts: CodeFacts) => string>> = {
  unet: unetText,
  pretrained: unetText,
  plainUnet: plainUnetText,
  context: contextText,
};

const BLOCK = `class Block(nn.Module):
    """Convolution, group normalisation, ReLU."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, dilation=1):
        super().__init__()
        padding = dilation * (kernel - stride) // 2 if stride > 1 else dilation * (kernel // 2)
        self.convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, bias=False)
        self.norm = nn.GroupNorm(groups(outputs), outputs)

    def forward(self, x):
        return F.relu(self.norm(self.convolution(x)))


def groups(channels):
    """The most of 8 that divide the channels into groups of at least two."""
    return next(g for g in range(max(1, min(8, channels // 2)), 0, -1) if channels % g == 0)


def enlarged(x):
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)`;

const INITIALISE = `def initialise(network):
    """He initialisation; logits are not rectified, so the head gets half of its variance."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    nn.init.normal_(network.head.weight, std=network.head.in_channels**-0.5)`;

function fullSizeLogits(stride: number, bilinear: string): (string | null)[] {
  const names = Array.from({ length: Math.log2(stride) }, () => `        logits = ${bilinear}`);
  return names.length === 0
    ? ['        return self.head(x)']
    : ['        logits = self.head(x)', ...names, '        return logits'];
}

function stemOf(stride: number): string {
  return stride === 1 ? 'kernel=3' : `kernel=${2 * stride}, stride=${stride}`;
}

function unetText(facts: CodeFacts): string {
  const { kind, width, depth, stride } = facts.settings.network;
  return lines(
    'class Network(nn.Module):',
    '    """A small U-Net (Ronneberger, Fischer & Brox 2015) with group normalisation and bilinear enlargement."""',
    '',
    ...(kind === 'pretrained'
      ? [
          '    # The page looks through the first twelve blocks of a MobileNetV2 that learned on photographs, and trains',
          '    # the way up alone. This program has the same U-Net without them: it needs no download, starts from',
          '    # nothing, and predicts less well from few strokes. The fast.ai program has a pretrained encoder.',
          '',
        ]
      : []),
    `    multiple = ${stride * 2 ** (depth - 1)}`,
    '',
    `    def __init__(self, outputs, width=${width}, depth=${depth}):`,
    '        super().__init__()',
    '        channels = [width * 2**level for level in range(depth)]',
    `        self.stem = Block(3, width, ${stemOf(stride)})`,
    '        self.down = nn.ModuleList(Block(a, b) for a, b in zip(channels, channels[1:]))',
    '        self.narrow = nn.ModuleList(nn.Conv2d(b, a, 1, bias=False) for a, b in zip(channels, channels[1:]))',
    '        # A convolution of two maps laid side by side is the sum of a convolution of each.',
    '        self.deep = nn.ModuleList(nn.Conv2d(a, a, 3, padding=1, bias=False) for a in channels[:-1])',
    '        self.skip = nn.ModuleList(nn.Conv2d(a, a, 3, padding=1, bias=False) for a in channels[:-1])',
    '        self.norm = nn.ModuleList(nn.GroupNorm(groups(a), a) for a in channels[:-1])',
    '        self.head = nn.Conv2d(width, outputs, 1)',
    '',
    '    def forward(self, picture):',
    '        x = self.stem(picture)',
    '        skips = [x]',
    '        for down in self.down:',
    '            x = down(F.max_pool2d(x, 2))',
    '            skips.append(x)',
    '        for level in reversed(range(len(self.down))):',
    '            deep = self.deep[level](enlarged(self.narrow[level](x)))',
    '            x = F.relu(self.norm[level](deep + self.skip[level](skips[level])))',
    ...fullSizeLogits(stride, 'enlarged(logits)'),
  );
}

function plainUnetText(facts: CodeFacts): string {
  const { width, depth, stride } = facts.settings.network;
  const stem =
    stride === 1 ? 'nn.Conv2d(3, width, 3, padding=1)' : `nn.Conv2d(3, width, ${2 * stride}, ${stride}, ${stride / 2})`;
  return lines(
    'class Network(nn.Module):',
    '    """A U-Net without normalisation: strided convolutions down, doubled pixels up."""',
    '',
    `    multiple = ${stride * 2 ** (depth - 1)}`,
    '',
    `    def __init__(self, outputs, width=${width}, depth=${depth}):`,
    '        super().__init__()',
    '        channels = [width * 2**level for level in range(depth)]',
    `        self.stem = ${stem}`,
    '        self.down = nn.ModuleList(nn.Conv2d(a, b, 3, 2) for a, b in zip(channels, channels[1:]))',
    '        self.up = nn.ModuleList(nn.Conv2d(a + b, a, 3, padding=1) for a, b in zip(channels, channels[1:]))',
    '        self.head = nn.Conv2d(width, outputs, 1)',
    '',
    '    def forward(self, picture):',
    '        x = F.relu(self.stem(picture))',
    '        skips = [x]',
    '        for down in self.down:',
    '            # What TensorFlow calls "same": at an even side only the far edge is padded.',
    '            x = F.relu(down(F.pad(x, (0, 1, 0, 1))))',
    '            skips.append(x)',
    '        for level in reversed(range(len(self.down))):',
    '            doubled = F.interpolate(x, scale_factor=2, mode="nearest")',
    '            x = F.relu(self.up[level](torch.cat([doubled, skips[level]], 1)))',
    ...fullSizeLogits(stride, 'F.interpolate(logits, scale_factor=2, mode="bilinear", align_corners=False)'),
  );
}

const DILATIONS: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  2: [1, 1],
  3: [1, 2, 1],
  4: [1, 2, 4, 1],
  5: [1, 2, 4, 8, 1],
  6: [1, 1, 2, 4, 8, 1],
};

function contextText(facts: CodeFacts): string {
  const { width, depth, stride } = facts.settings.network;
  return lines(
    'class Network(nn.Module):',
    '    """Residual blocks at one resolution that see ever wider by dilation (Yu & Koltun 2016)."""',
    '',
    `    multiple = ${stride}`,
    '',
    `    def __init__(self, outputs, width=${width}, dilations=(${(DILATIONS[depth] ?? [1]).join(', ')},)):`,
    '        super().__init__()',
    `        self.stem = Block(3, width, ${stemOf(stride)})`,
    '        self.blocks = nn.ModuleList(Block(width, width, dilation=d) for d in dilations)',
    '        self.gather = nn.ModuleList(nn.Conv2d(width, width, 1, bias=False) for _ in range(len(dilations) + 1))',
    '        self.norm = nn.GroupNorm(groups(width), width)',
    '        self.head = nn.Conv2d(width, outputs, 1)',
    '',
    '    def forward(self, picture):',
    '        x = self.stem(picture)',
    '        gathered = self.gather[0](x)',
    '        for block, gather in zip(self.blocks, self.gather[1:]):',
    '            x = x + block(x)',
    '            gathered = gathered + gather(x)',
    '        x = F.relu(self.norm(gathered))',
    ...fullSizeLogits(stride, 'enlarged(logits)'),
  );
}

/** Logits of every pixel, as the program names them. */
export function outputsText(facts: CodeFacts): string {
  return outputCount(facts) === facts.classNames.length ? 'len(CLASSES)' : 'len(CLASSES) + 1';
}
