import type { LearnerSettings } from '../../settings/learner.ts';
import type { CodeFacts } from './codeFacts.ts';
import { lines, pythonList, pythonNumber, pythonString, sections } from './pythonText.ts';
import { classWeightsText, labelLossText } from './pytorchLoss.ts';
import { outputsText } from './pytorchNetwork.ts';

/**
 * A fast.ai program for the data set that the page exports in fast.ai's layout: the same loss and treatment of unlabeled
 * pixels, fast.ai's own U-Net with a pretrained encoder.
 */
export function fastaiProgram(facts: CodeFacts): string {
  const isPlain = facts.settings.loss === 'crossEntropy' && facts.settings.unlabeled === 'ignore';
  return sections(
    headText(facts),
    dataText(facts),
    classWeightsText(facts),
    isPlain ? '' : labelLossText(facts),
    METRIC,
    learnText(facts, isPlain),
  );
}

function headText({ classNames, settings, workingSizePx }: CodeFacts): string {
  return lines(
    '"""What the page trains, in fast.ai: python3 this.py FOLDER',
    '',
    'The folder is what Export writes as a data set for fast.ai: images/, labels/, codes.txt, valid.txt. The network is',
    'fast.ai’s own U-Net with a pretrained ResNet; loss, treatment of unlabeled pixels and settings are the page’s.',
    ...(settings.smoothness.weight > 0 ? ['The page also has a smoothness term: see the PyTorch program.'] : []),
    '"""',
    '',
    'import sys',
    '',
    'import numpy as np',
    'import torch',
    'import torch.nn.functional as F',
    'from fastai.vision.all import *',
    'from PIL import Image',
    '',
    `CLASSES = ${pythonList(classNames.map(pythonString))}`,
    'IGNORE_INDEX = 255',
    `WORKING_SIZE = ${workingSizePx}  # Longest side, in pixels.`,
    'FOLDER = Path(sys.argv[1])',
    `set_seed(${settings.seed})`,
  );
}

function dataText({ settings }: CodeFacts): string {
  const { flip, quarterTurns, color } = settings.augmentation;
  const transforms = [
    ...(quarterTurns ? ['Dihedral()'] : flip ? ['Flip()'] : []),
    ...(color > 0
      ? [`Brightness(max_lighting=${pythonNumber(color)})`, `Contrast(max_lighting=${pythonNumber(color)})`]
      : []),
  ];
  return lines(
    'def mask_of(picture):',
    '    return FOLDER / "labels" / f"{picture.stem}_P.png"',
    '',
    '',
    'def split(pictures):',
    '    """Pictures to learn from and pictures to score with; the same ones where none is marked as a test."""',
    '    held_out = set((FOLDER / "valid.txt").read_text().splitlines())',
    '    train = [i for i, picture in enumerate(pictures) if picture.name not in held_out]',
    '    valid = [i for i, picture in enumerate(pictures) if picture.name in held_out]',
    '    return train, valid or train',
    '',
    '',
    'block = DataBlock(',
    '    # Masks are class numbers, 255 where unlabeled: MaskBlock reads them as they are.',
    '    blocks=(ImageBlock, MaskBlock(CLASSES)),',
    '    get_items=partial(get_image_files, folders=["images"]),',
    '    get_y=mask_of,',
    '    splitter=split,',
    '    item_tfms=Resize(WORKING_SIZE, method=ResizeMethod.Squish),',
    `    batch_tfms=${pythonList([...transforms, 'Normalize.from_stats(*imagenet_stats)'])},`,
    ')',
    'dls = block.dataloaders(FOLDER, bs=1)',
  );
}

const METRIC = `def masked_accuracy(logits, labels):
    """Share of the labeled pixels that are right."""
    labels = labels.squeeze(1)
    keep = labels != IGNORE_INDEX
    return (logits.argmax(dim=1)[keep] == labels[keep]).float().mean()`;

function learnText(facts: CodeFacts, isPlain: boolean): string {
  const { settings } = facts;
  const { optimizer, weightDecay, labelSmoothing, stepBudget, learningRate } = settings;
  const loss = isPlain
    ? [
        'loss_func = CrossEntropyLossFlat(',
        `    axis=1, ignore_index=IGNORE_INDEX, weight=weight, label_smoothing=${pythonNumber(labelSmoothing)}`,
        ')',
      ]
    : [
        '',
        '',
        'def loss_func(logits, labels):',
        '    return label_loss(TensorBase(logits), TensorBase(labels).squeeze(1).long(), weight)',
        '',
        '',
      ];
  return lines(
    'labels = torch.cat([torch.from_numpy(np.array(Image.open(mask_of(p)))).flatten() for p in dls.train_ds.items])',
    'weight = class_weights(labels.long())',
    'weight = None if weight is None else weight.to(dls.device)',
    ...loss,
    'learn = unet_learner(',
    `    dls, resnet18, n_out=${outputsText(facts)}, loss_func=loss_func, metrics=masked_accuracy,`,
    optimizer === 'adamw'
      ? `    opt_func=Adam, wd=${pythonNumber(weightDecay)},`
      : `    opt_func=partial(SGD, mom=0.9), wd=${pythonNumber(weightDecay)},`,
    ')',
    `epochs = max(1, round(${stepBudget} / len(dls.train)))`,
    `${fitCall(settings)}(epochs, ${rateArgument(settings)}=${pythonNumber(learningRate)})`,
  );
}

function fitCall({ schedule }: LearnerSettings): string {
  if (schedule === 'oneCycle') return 'learn.fit_one_cycle';
  return schedule === 'cosine' ? 'learn.fit_flat_cos' : 'learn.fit';
}

function rateArgument({ schedule }: LearnerSettings): string {
  return schedule === 'oneCycle' ? 'lr_max' : 'lr';
}
