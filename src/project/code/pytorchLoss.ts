import type { LossKind, Treatment } from '../../settings/learner.ts';
import { backgroundIndex, type CodeFacts } from './codeFacts.ts';
import { lines, pythonNumber } from './pythonText.ts';

/** `label_loss(logits, labels, weight)`: logits `[B, C, H, W]`, labels `[B, H, W]`, weight `[C]` or None. */
export function labelLossText(facts: CodeFacts): string {
  const { loss, unlabeled } = facts.settings;
  return lines(
    'def label_loss(logits, labels, weight):',
    `    """${LOSS_NOTES[loss]} ${TREATMENT_NOTES[unlabeled]}"""`,
    ...treatedLines(facts),
    ...lossLines(facts),
  );
}

const LOSS_NOTES: Readonly<Record<LossKind, string>> = {
  crossEntropy: 'Cross-entropy.',
  focal: 'Focal loss over softmax, gamma = 2.',
  dice: 'One minus the mean Dice score of the classes that have labels.',
  mse: 'Squared error of the probabilities against the one-hot label.',
};

const TREATMENT_NOTES: Readonly<Record<Treatment, string>> = {
  ignore: 'Unlabeled pixels count in neither sum nor denominator.',
  allPixelMean: 'Unlabeled pixels cost nothing, but the mean is over all pixels: a common bug.',
  zeroedInput: 'Logits and labels are zeroed where unlabeled: such pixels cost log C each.',
  asBackground: 'Unlabeled pixels are trained as a class.',
  extraClass: 'Unlabeled is a class of its own, the last one.',
};

/** What a treatment makes of logits, labels and weights before the loss. */
function treatedLines(facts: CodeFacts): string[] {
  switch (facts.settings.unlabeled) {
    case 'zeroedInput':
      return ['    h = labels != IGNORE_INDEX', '    logits, labels = logits * h[:, None], labels * h'];
    case 'asBackground':
      return [`    labels = labels.masked_fill(labels == IGNORE_INDEX, ${backgroundIndex(facts)})`];
    case 'extraClass':
      return [
        `    labels = labels.masked_fill(labels == IGNORE_INDEX, ${facts.classNames.length})`,
        '    weight = None if weight is None else torch.cat([weight, weight.new_ones(1)])',
      ];
    default:
      return [];
  }
}

function lossLines({ settings }: CodeFacts): string[] {
  const { loss, labelSmoothing } = settings;
  const overAll = settings.unlabeled === 'allPixelMean';
  switch (loss) {
    case 'crossEntropy':
      return [
        '    return F.cross_entropy(',
        '        logits, labels, weight=weight, ignore_index=IGNORE_INDEX,',
        `        label_smoothing=${pythonNumber(labelSmoothing)}, reduction="${overAll ? 'none' : 'mean'}",`,
        `    )${overAll ? '.mean()' : ''}`,
      ];
    case 'focal':
      return [
        '    keep = labels != IGNORE_INDEX',
        '    logp = logits.log_softmax(1).movedim(1, -1)[keep]',
        '    y = labels[keep]',
        '    w = logits.new_ones(logits.shape[1]) if weight is None else weight',
        '    terms = -w * (1 - logp.exp()) ** 2 * logp',
        `    smoothing = ${pythonNumber(labelSmoothing)}`,
        '    per_pixel = (1 - smoothing) * terms.gather(1, y[:, None])[:, 0] + smoothing * terms.mean(1)',
        `    return per_pixel.sum() / ${overAll ? 'labels.numel()' : 'w[y].sum()'}`,
      ];
    case 'dice':
      return [
        '    keep = labels != IGNORE_INDEX',
        '    p = logits.softmax(1).movedim(1, -1)[keep]',
        '    t = F.one_hot(labels[keep], logits.shape[1]).to(p.dtype)',
        '    score = (2 * (p * t).sum(0) + 1e-6) / (p.sum(0) + t.sum(0) + 1e-6)',
        '    return 1 - score[t.sum(0) > 0].mean()',
      ];
    case 'mse':
      return overAll
        ? [
            '    h = labels != IGNORE_INDEX',
            '    p = logits.softmax(1).movedim(1, -1)',
            '    t = F.one_hot(labels * h, logits.shape[1]).to(p.dtype)',
            '    return F.mse_loss(p * h[..., None], t * h[..., None])',
          ]
        : [
            '    keep = labels != IGNORE_INDEX',
            '    p = logits.softmax(1).movedim(1, -1)[keep]',
            '    return F.mse_loss(p, F.one_hot(labels[keep], logits.shape[1]).to(p.dtype))',
          ];
    default:
      return loss satisfies never;
  }
}

/** `class_weights(labels)`, `[C]` or None, of all labels together. */
export function classWeightsText({ settings, classIds }: CodeFacts): string {
  const { classBalance, customClassWeights } = settings;
  if (classBalance === 'none') {
    return lines('def class_weights(labels):', '    """Every labeled pixel counts the same."""', '    return None');
  }
  if (classBalance === 'custom') {
    const weights = classIds.map((id) => pythonNumber(customClassWeights[id] ?? 1));
    return lines(
      'def class_weights(labels):',
      '    """Chosen by hand."""',
      `    return torch.tensor([${weights.join(', ')}])`,
    );
  }
  const root = classBalance === 'inverseSqrt';
  return lines(
    'def class_weights(labels):',
    `    """1 / ${root ? 'sqrt(count)' : 'count'}, with mean 1 over the classes that have labels; 1 for those without."""`,
    '    counts = torch.bincount(labels[labels != IGNORE_INDEX].flatten(), minlength=len(CLASSES)).float()',
    `    weights = counts.clamp(min=1) ** ${root ? '-0.5' : '-1.0'}`,
    '    present = counts > 0',
    '    return torch.where(present, weights / weights[present].mean(), torch.ones_like(weights))',
  );
}

/** `smoothness(logits, colours, labels)`: logits `[B, C, H, W]`, colours `[B, 3, H, W]`, labels `[B, H, W]`. */
export function smoothnessText({ settings }: CodeFacts): string {
  const { weight, radiusPx, colorWidth, spaceWidthPx, gated } = settings.smoothness;
  if (weight === 0) return '';
  const step = Math.min(radiusPx, settings.network.stride);
  return lines(
    'def smoothness(logits, colours, labels):',
    '    """Neighbours of like colour should agree, where at least one is unlabeled (gated CRF, Obukhov 2019)."""',
    `    step, reach = ${step}, ${step * Math.floor(radiusPx / step)}`,
    '    p, labeled = logits.softmax(1), labels != IGNORE_INDEX',
    '    height, width = labels.shape[1:]',
    '    terms = []',
    '    for dy in range(0, reach + 1, step):',
    '        for dx in range(-reach, reach + 1, step):',
    '            if dy == 0 and dx <= 0:',
    '                continue',
    '            here = (..., slice(0, height - dy), slice(max(0, -dx), width - max(0, dx)))',
    '            there = (..., slice(dy, height), slice(max(0, dx), width - max(0, -dx)))',
    `            colour = ((colours[here] - colours[there]) ** 2).sum(1) / (2 * ${pythonNumber(colorWidth)} ** 2)`,
    `            space = (dx**2 + dy**2) / (2 * ${pythonNumber(spaceWidthPx)} ** 2)`,
    '            disagree = 1 - (p[here] * p[there]).sum(1)',
    gated
      ? '            gate = ~(labeled[here] & labeled[there])'
      : '            gate = 1.0  # Pairs of two labeled pixels count, too.',
    '            terms.append((gate * torch.exp(-colour - space) * disagree).mean())',
    `    return ${pythonNumber(weight)} * torch.stack(terms).mean()`,
  );
}
