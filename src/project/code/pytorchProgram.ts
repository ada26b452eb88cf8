import type { LearnerSettings } from '../../settings/learner.ts';
import type { CodeFacts } from './codeFacts.ts';
import { lines, pythonList, pythonNumber, pythonString, sections } from './pythonText.ts';
import { classWeightsText, labelLossText, smoothnessText } from './pytorchLoss.ts';
import { networkText, outputsText } from './pytorchNetwork.ts';

/**
 * A PyTorch program that does what is on the screen: the same network, loss, treatment of unlabeled pixels, augmentation
 * and schedule, on one picture and its mask as the page exports them. Its random numbers are PyTorch's own, so losses are
 * alike, not equal.
 */
export function pytorchProgram(facts: CodeFacts): string {
  return sections(
    headText(facts),
    networkText(facts),
    classWeightsText(facts),
    labelLossText(facts),
    smoothnessText(facts),
    pictureText(facts),
    augmentText(facts.settings),
    trainText(facts),
    MAIN,
  );
}

function headText({ classNames, settings, workingSizePx }: CodeFacts): string {
  const { stepBudget, learningRate, seed } = settings;
  return lines(
    '"""What the page trains, in PyTorch: python3 this.py picture.png mask.png prediction.png',
    '',
    'The mask is what Export writes: class numbers from 0 in the order of the list, 255 where unlabeled.',
    ...notes(settings),
    '"""',
    '',
    'import random',
    'import sys',
    '',
    'import numpy as np',
    'import torch',
    'import torch.nn.functional as F',
    'from PIL import Image, ImageOps',
    'from torch import nn',
    '',
    `CLASSES = ${pythonList(classNames.map(pythonString))}`,
    'IGNORE_INDEX = 255',
    `WORKING_SIZE = ${workingSizePx}  # Longest side, in pixels.`,
    `STEPS = ${stepBudget}`,
    `LEARNING_RATE = ${pythonNumber(learningRate)}`,
    `SEED = ${seed}`,
  );
}

/** What the page does and a mask or a short program cannot. */
function notes({ heldOutShare, strokeBalance, fineTuning, network, earlyStop }: LearnerSettings): string[] {
  const told: string[] = [];
  if (heldOutShare > 0) {
    told.push('The page holds strokes out; a mask does not tell strokes apart, so all labels are learned from.');
  }
  if (strokeBalance === 'stroke') {
    told.push('On the page every stroke counts the same; here every labeled pixel does.');
  }
  if (earlyStop.patienceSteps > 0) told.push('The page may stop early; this goes on to the last step.');
  if (network.kind === 'pretrained' && fineTuning.rate > 0) {
    told.push('The page fine-tunes pretrained layers, which this program has not.');
  }
  return told;
}

function pictureText({ settings }: CodeFacts): string {
  return lines(
    'def load(picture_path, mask_path):',
    '    """Picture [3, H, W], standardised, and labels [H, W], both at working size."""',
    '    picture = ImageOps.exif_transpose(Image.open(picture_path)).convert("RGB")',
    '    factor = min(1, WORKING_SIZE / max(picture.size))',
    '    size = tuple(max(1, round(side * factor)) for side in picture.size)',
    '    pixels = torch.from_numpy(np.asarray(picture.resize(size, Image.BICUBIC), dtype=np.float32))',
    '    labels = torch.from_numpy(np.asarray(Image.open(mask_path).resize(size, Image.NEAREST), dtype=np.int64))',
    '    pixels = pixels - pixels.mean((0, 1))',
    '    # One deviation for all channels keeps a nearly constant one from being blown up to noise.',
    '    return (pixels / pixels.pow(2).mean().sqrt().clamp(min=1)).movedim(-1, 0), labels',
    '',
    '',
    'def logits_of(network, picture):',
    '    """Logits [B, C, H, W] of pictures [B, 3, H, W] of any size."""',
    '    height, width = picture.shape[-2:]',
    '    padded = F.pad(picture, (0, -width % network.multiple, 0, -height % network.multiple))',
    '    return network(padded)[..., :height, :width]',
    '',
    '',
    'def predict(network, picture):',
    '    """Class numbers [H, W]."""',
    '    with torch.no_grad():',
    settings.flipAveraging ? '        mirrored = logits_of(network, picture[None].flip(-1)).flip(-1)' : null,
    settings.flipAveraging
      ? '        return (logits_of(network, picture[None]).softmax(1) + mirrored.softmax(1)).argmax(1)[0]'
      : '        return logits_of(network, picture[None]).argmax(1)[0]',
    '',
    '',
    'def masked_accuracy(prediction, labels):',
    '    """Share of the labeled pixels that are right."""',
    '    keep = labels != IGNORE_INDEX',
    '    return (prediction == labels)[keep].float().mean().item()',
  );
}

function augmentText({ augmentation }: LearnerSettings): string {
  const { flip, quarterTurns, color, scale } = augmentation;
  const jitter = pythonNumber(color);
  return lines(
    'def augmented(picture, labels):',
    '    """Picture [1, 3, H, W] to learn from, the same with its own colours, and labels [1, H, W]."""',
    '    picture, labels = picture[None], labels[None]',
    ...(scale > 0
      ? [
          `    factor = ${pythonNumber(1 + scale)} ** random.uniform(-1, 1)`,
          '    picture = F.interpolate(picture, scale_factor=factor, mode="bilinear", align_corners=False)',
          '    labels = F.interpolate(labels[None].float(), size=picture.shape[-2:], mode="nearest")[0].long()',
        ]
      : []),
    ...(flip
      ? [
          '    axes = [axis for axis in (-1, -2) if random.random() < 0.5]',
          '    picture, labels = picture.flip(axes), labels.flip(axes)',
        ]
      : []),
    ...(quarterTurns
      ? [
          '    turns = random.randrange(4)',
          '    picture, labels = torch.rot90(picture, turns, (-2, -1)), torch.rot90(labels, turns, (-2, -1))',
        ]
      : []),
    ...(color > 0
      ? [
          `    contrast, brightness = random.uniform(${pythonNumber(1 - color)}, ${pythonNumber(1 + color)}), random.uniform(-${jitter}, ${jitter})`,
          `    gain = contrast * torch.empty(1, 3, 1, 1).uniform_(${pythonNumber(1 - color)}, ${pythonNumber(1 + color)})`,
          `    shift = brightness + torch.empty(1, 3, 1, 1).uniform_(-${jitter}, ${jitter})`,
          '    return picture * gain + shift, picture, labels',
        ]
      : ['    return picture, picture, labels']),
  );
}

function trainText(facts: CodeFacts): string {
  const { settings } = facts;
  const averages = settings.weightAverage > 0;
  const decay = pythonNumber(settings.weightAverage);
  return lines(
    'def train(picture, labels, steps=STEPS):',
    '    """A trained network."""',
    '    random.seed(SEED)',
    '    torch.manual_seed(SEED)',
    `    network = Network(${outputsText(facts)})`,
    '    initialise(network)',
    '    weight = class_weights(labels)',
    '    # Weight decay is for kernels, not for gains, offsets and biases.',
    '    kernels = [p for p in network.parameters() if p.ndim > 1]',
    '    others = [p for p in network.parameters() if p.ndim <= 1]',
    `    decay = ${pythonNumber(settings.weightDecay)}`,
    '    parameters = [{"params": kernels, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]',
    settings.optimizer === 'adamw'
      ? '    optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE)'
      : '    optimizer = torch.optim.SGD(parameters, lr=LEARNING_RATE, momentum=0.9)',
    scheduleLine(settings),
    averages
      ? `    average = torch.optim.swa_utils.AveragedModel(network, avg_fn=lambda a, p, n: ${decay} * a + (1 - ${decay}) * p)`
      : null,
    '    for step in range(steps):',
    '        seen, colours, seen_labels = augmented(picture, labels)',
    '        logits = logits_of(network, seen)',
    '        loss = label_loss(logits, seen_labels, weight)',
    settings.smoothness.weight > 0
      ? '        total = loss + smoothness(logits, colours, seen_labels)'
      : '        total = loss',
    '        optimizer.zero_grad()',
    '        total.backward()',
    '        optimizer.step()',
    '        scheduler.step()',
    averages ? '        average.update_parameters(network)' : null,
    '        if (step + 1) % 20 == 0:',
    '            accuracy = masked_accuracy(predict(network, picture), labels)',
    '            print(f"step {step + 1}: loss {loss.item():.4f}, masked accuracy {accuracy:.1%}")',
    averages ? '    network.load_state_dict(average.module.state_dict())' : null,
    '    return network',
  );
}

function scheduleLine({ schedule }: LearnerSettings): string {
  if (schedule === 'cosine') {
    return '    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)';
  }
  if (schedule === 'oneCycle') {
    return lines(
      '    scheduler = torch.optim.lr_scheduler.OneCycleLR(',
      '        optimizer, max_lr=LEARNING_RATE, total_steps=steps, cycle_momentum=False',
      '    )',
    );
  }
  return '    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)';
}

const MAIN = `def main():
    picture, labels = load(*sys.argv[1:3])
    if not (labels != IGNORE_INDEX).any():
        raise SystemExit("Nothing is labeled, so there is nothing to learn from.")
    network = train(picture, labels)
    Image.fromarray(predict(network, picture).numpy().astype(np.uint8)).save(sys.argv[3])


if __name__ == "__main__":
    main()`;
