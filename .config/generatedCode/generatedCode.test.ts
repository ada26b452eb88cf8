import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeMaskPng, encodePng } from '../../e2e/drivers/png.ts';
import type { CodeFacts } from '../../src/project/code/codeFacts.ts';
import { fastaiProgram } from '../../src/project/code/fastaiProgram.ts';
import { pytorchProgram } from '../../src/project/code/pytorchProgram.ts';
import { ATTRIBUTES, definition, sceneOf } from '../../src/segmentation/kernels/smoothness/smoothnessTestTools.ts';
import { collectParameters, initialParameters, parameterCount } from '../../src/segmentation/models/parameters.ts';
import { networkFor } from '../../src/segmentation/models/registry.ts';
import { applyNetwork, splitParameters } from '../../src/segmentation/models/tensorOps.ts';
import { learningRateAt } from '../../src/segmentation/optimizer/schedule.ts';
import { classWeights } from '../../src/settings/classBalance.ts';
import {
  DEFAULT_LEARNER_SETTINGS,
  incompatibility,
  type LearnerSettings,
  LOSSES,
  type LossKind,
  NETWORK_KINDS,
  OPTIMIZERS,
  SCHEDULES,
  TREATMENTS,
  type Treatment,
} from '../../src/settings/learner.ts';
import { REPOSITORY } from '../run/stages.mjs';

/** Debian's `python3-torch` made the fixtures of the losses, too. */
const PYTHON = '/usr/bin/python3';
const HAS_PYTHON = spawnSync(PYTHON, ['-c', '']).status === 0;
const HAS_TORCH = spawnSync(PYTHON, ['-c', 'import torch, numpy, PIL']).status === 0;

const CLASS_NAMES = ['Table', 'It’s a "cup"\\', '{spoon}'];

function factsWith(changes: Partial<LearnerSettings>, classNames: readonly string[] = CLASS_NAMES): CodeFacts {
  return {
    classNames,
    classIds: classNames.map((_, i) => i + 4),
    settings: { ...DEFAULT_LEARNER_SETTINGS, ...changes },
    workingSizePx: 512,
  };
}

/** What the programs' functions give for these cases; `null` where Python has no PyTorch. */
function run(cases: readonly object[]): unknown[] | null {
  if (!HAS_TORCH) return null;
  const output = execFileSync(PYTHON, [path.join(REPOSITORY, '.config/generatedCode/generatedCode.py')], {
    input: JSON.stringify(cases),
    maxBuffer: 1 << 28,
  });
  return JSON.parse(output.toString());
}

interface Fixture {
  readonly shape: readonly number[];
  readonly logits: readonly number[];
  readonly extendedLogits: readonly number[];
  readonly labels: readonly number[];
  readonly labelLosses: readonly {
    readonly loss: LossKind;
    readonly treatment: Treatment;
    readonly weight: readonly number[] | null;
    readonly labelSmoothing: number;
    readonly value: readonly number[];
  }[];
}

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'generated-code-'));
  expect(await tf.setBackend('cpu')).toBe(true);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every loss and treatment that go together. */
const PAIRS = LOSSES.flatMap((loss) =>
  TREATMENTS.filter((unlabeled) => incompatibility(loss, unlabeled) === null).map((unlabeled) => ({ loss, unlabeled })),
);

describe('the PyTorch program', () => {
  it('says what is on the screen', () => {
    const text = pytorchProgram(factsWith({ labelSmoothing: 0.1, learningRate: 1e-5 }));
    expect(text).toContain('weight=weight, ignore_index=IGNORE_INDEX,');
    expect(text).toContain('IGNORE_INDEX = 255');
    expect(text).toContain('label_smoothing=0.1, reduction="mean"');
    expect(text).toContain('torch.optim.AdamW');
    expect(text).toContain('CosineAnnealingLR(optimizer, T_max=steps)');
    expect(text).toContain('def smoothness(');
    expect(text).toContain('MobileNetV2');
    expect(text).toContain('STEPS = 120');
    expect(text).toContain('LEARNING_RATE = 0.00001');
    const plain = pytorchProgram(
      factsWith({
        network: { kind: 'plainUnet', width: 8, depth: 2, stride: 1 },
        smoothness: { ...DEFAULT_LEARNER_SETTINGS.smoothness, weight: 0 },
        unlabeled: 'extraClass',
        optimizer: 'sgd',
        schedule: 'constant',
      }),
    );
    expect(plain).not.toMatch(/smoothness|MobileNet|GroupNorm|CosineAnnealing/);
    expect(plain).toContain('Network(len(CLASSES) + 1)');
    expect(plain).toContain('momentum=0.9');
  });

  it('has the recorded losses of PyTorch itself, for every loss and treatment', () => {
    const fixture: Fixture = JSON.parse(
      readFileSync(path.join(REPOSITORY, 'src/segmentation/losses/pytorchFixture.json'), 'utf8'),
    );
    const cases = fixture.labelLosses.map(({ loss, treatment, weight, labelSmoothing }) => ({
      kind: 'label_loss',
      program: pytorchProgram(
        // The fixture's background is channel 2.
        factsWith({ loss, unlabeled: treatment, labelSmoothing, backgroundClassId: 6 }),
      ),
      shape: fixture.shape,
      logits: treatment === 'extraClass' ? fixture.extendedLogits : fixture.logits,
      labels: fixture.labels,
      weight,
    }));
    expect(new Set(fixture.labelLosses.map(({ loss, treatment }) => `${loss} ${treatment}`)).size).toBe(PAIRS.length);
    const values = run(cases) as number[] | null;
    values?.forEach((value, i) => {
      expect(value).toBeCloseTo(fixture.labelLosses[i]?.value[0] ?? Number.NaN, 7);
    });
  });

  it('has the smoothness term as it is defined', () => {
    const cases = [true, false].flatMap((gated) =>
      [1, 2].map((stride) => {
        // A square: turned, it fills its frame.
        const shape = { batch: 1, height: 8, width: 8, channels: 3 };
        const scene = sceneOf(3, { ...ATTRIBUTES, gated, radiusPx: 3, stepPx: stride }, shape);
        const { radiusPx, spaceWidthPx, colorWidth } = scene.attributes;
        return { scene, gated, stride, weight: scene.weight, radiusPx, spaceWidthPx, colorWidth };
      }),
    );
    const values = run(
      cases.map(({ scene, gated, stride, weight, radiusPx, spaceWidthPx, colorWidth }) => ({
        kind: 'smoothness',
        program: pytorchProgram(
          factsWith({
            network: { kind: 'unet', width: 8, depth: 2, stride: stride === 1 ? 1 : 2 },
            smoothness: { weight, radiusPx, spaceWidthPx, colorWidth, gated },
          }),
        ),
        shape: [1, 8, 8],
        logits: scene.logits,
        colours: scene.sources.flatMap((source) => (scene.colors[source] ?? [0, 0, 0]).map((byte) => byte / 255)),
        labels: scene.labels,
      })),
    ) as number[] | null;
    expect(cases.every(({ scene }) => scene.sources.every((source) => source >= 0))).toBe(true);
    values?.forEach((value, i) => {
      const { scene } = cases[i] ?? {};
      expect(value).toBeCloseTo(scene === undefined ? Number.NaN : definition(scene, scene.logits), 9);
    });
  });

  it.each(['inverseSqrt', 'inverse', 'custom'] as const)('weighs classes as the page does: %s', (classBalance) => {
    const balance = { classBalance, customClassWeights: { 4: 2, 6: 0.25 } };
    const labels = [0, 0, 0, 0, 0, 2, 2, 255, 255];
    const counts = [5, 0, 2].map((count, i) => ({ classId: i + 4, count }));
    const values = run([{ kind: 'class_weights', program: pytorchProgram(factsWith(balance)), labels }]);
    const weights = classWeights(counts, balance) ?? [];
    expect(weights).toHaveLength(3);
    (values?.[0] as number[] | undefined)?.forEach((value, i) => {
      expect(value).toBeCloseTo(weights[i] ?? Number.NaN, 6);
    });
  });

  it('has the page’s networks: as many weights, and with the same ones the same logits', async () => {
    const networks = [
      { kind: 'unet', width: 4, depth: 3, stride: 1 },
      { kind: 'unet', width: 6, depth: 2, stride: 2 },
      { kind: 'unet', width: 4, depth: 1, stride: 4 },
      { kind: 'plainUnet', width: 4, depth: 3, stride: 1 },
      { kind: 'plainUnet', width: 4, depth: 2, stride: 4 },
      { kind: 'context', width: 4, depth: 5, stride: 1 },
      { kind: 'context', width: 6, depth: 1, stride: 2 },
    ] as const;
    const shape = [1, 16, 24, 3] as const;
    const picture = tf.randomNormal<tf.Rank.R4>([...shape], 0, 1, 'float32', 5);
    const pictureValues = [...(await picture.data())];
    const ours = await Promise.all(
      networks.map(async (settings) => {
        const network = networkFor(settings);
        const specs = collectParameters(network, 3);
        const flat = initialParameters(specs, 2, [0, 1, 2]);
        // Gains, offsets and biases begin as ones and zeros, which would hide a mistake.
        for (const { kind, start, size } of specs) {
          if (kind !== 'kernel') for (let i = 0; i < size; i++) flat[start + i] = 0.5 + Math.sin(start + 3 * i) / 4;
        }
        const logits = tf.tidy(() => applyNetwork(network, splitParameters(tf.tensor1d(flat), specs), picture, 3));
        const values = [...(await logits.data())];
        logits.dispose();
        const parameters = specs.map(({ name, shape: sides, start, size }) => [
          name,
          { shape: sides, values: [...flat.subarray(start, start + size)] },
        ]);
        return { count: parameterCount(specs), logits: values, parameters: Object.fromEntries(parameters) };
      }),
    );
    const theirs = run(
      networks.map((network, i) => ({
        kind: 'logits',
        program: pytorchProgram(factsWith({ network })),
        picture: pictureValues,
        shape,
        parameters: ours[i]?.parameters,
      })),
    ) as { count: number; logits: number[] }[] | null;
    for (const [i, { count, logits }] of (theirs ?? []).entries()) {
      expect(count).toBe(ours[i]?.count);
      const largest = Math.max(...logits.map((value, k) => Math.abs(value - (ours[i]?.logits[k] ?? Number.NaN))));
      expect(largest).toBeLessThan(2e-5);
    }
  });

  it.each(SCHEDULES)('takes its steps at the page’s learning rates: %s', (schedule) => {
    const changes = {
      schedule,
      stepBudget: 12,
      network: { kind: 'unet', width: 4, depth: 1, stride: 1 },
    } as const;
    const settings = { ...DEFAULT_LEARNER_SETTINGS, ...changes };
    const values = run([{ kind: 'rates', program: pytorchProgram(factsWith(changes)) }])?.[0] as number[] | undefined;
    if (values !== undefined) expect(values).toHaveLength(12);
    values?.forEach((rate, step) => {
      expect(rate / learningRateAt(step, settings)).toBeCloseTo(1, 6);
    });
  });

  it('runs from picture and mask to a prediction, with every network, optimiser and augmentation', () => {
    const [picture, mask] = [path.join(folder, 'picture.png'), path.join(folder, 'mask.png')];
    writeFileSync(
      picture,
      encodePng(40, 24, (x) => (x < 20 ? [200, 30, 30] : [30, 30, 200])),
    );
    writeFileSync(
      mask,
      encodeMaskPng(40, 24, (x) => (x < 8 ? 0 : x >= 32 ? 2 : 255)),
    );
    const programs = NETWORK_KINDS.map((kind, i) =>
      pytorchProgram(
        factsWith({
          network: { kind, width: 8, depth: 2, stride: i % 2 === 0 ? 1 : 2 },
          optimizer: OPTIMIZERS[i % 2] ?? 'adamw',
          learningRate: kind === 'plainUnet' ? 0.005 : 0.02,
          stepBudget: 40,
          weightAverage: i === 1 ? 0.5 : 0,
          flipAveraging: i === 2,
          augmentation: { flip: true, quarterTurns: true, color: 0.1, scale: i === 3 ? 0.3 : 0 },
        }),
      ),
    );
    for (const [i, text] of programs.entries()) {
      expect(text).toContain('if __name__ == "__main__":');
      const [program, prediction] = [path.join(folder, `program${i}.py`), path.join(folder, `prediction${i}.png`)];
      writeFileSync(program, text);
      if (!HAS_TORCH) continue;
      const output = execFileSync(PYTHON, [program, picture, mask, prediction]).toString();
      expect(output).toMatch(/step 40: loss \d\.\d{4}, masked accuracy (9\d\.\d|100\.0)%/);
      // A PNG of the picture's size.
      const header = readFileSync(prediction);
      expect([header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual([40, 24]);
    }
  });
});

describe('the fast.ai program', () => {
  it('has CrossEntropyLossFlat with its flags where that is what the page does', () => {
    const text = fastaiProgram(factsWith({ labelSmoothing: 0.05 }));
    expect(text).toContain('CrossEntropyLossFlat(');
    expect(text).toContain('axis=1, ignore_index=IGNORE_INDEX, weight=weight, label_smoothing=0.05');
    expect(text).toContain('MaskBlock(CLASSES)');
    expect(text).toContain('"labels" / f"{picture.stem}_P.png"');
    expect(text).toContain('def masked_accuracy(logits, labels):');
  });

  it('has the page’s own loss where fast.ai has none', () => {
    const text = fastaiProgram(factsWith({ unlabeled: 'zeroedInput' }));
    expect(text).not.toContain('CrossEntropyLossFlat');
    expect(text).toContain('logits * h[:, None], labels * h');
  });

  it('is Python, for every loss, treatment and schedule', () => {
    const texts = PAIRS.flatMap((pair) => SCHEDULES.map((schedule) => fastaiProgram(factsWith({ ...pair, schedule }))));
    expect(new Set(texts).size).toBe(texts.length);
    if (!HAS_PYTHON) return;
    const check = 'import json, sys; [compile(text, "program", "exec") for text in json.load(sys.stdin)]';
    execFileSync(PYTHON, ['-c', check], { input: JSON.stringify(texts) });
  });
});

it('names of classes are text, whatever is in them', () => {
  const names = ['"""', "'); import os; os.abort() #", 'a\nb', '\u2028', '\\', '\u{1f408}'];
  for (const text of [pytorchProgram(factsWith({}, names)), fastaiProgram(factsWith({}, names))]) {
    const line = text.split('\n').find((each) => each.startsWith('CLASSES = ')) ?? '';
    expect(JSON.parse(line.slice('CLASSES = '.length))).toEqual(names);
    if (!HAS_PYTHON) continue;
    const check = `${line}\nimport json; print(json.dumps(CLASSES))`;
    expect(JSON.parse(execFileSync(PYTHON, ['-c', check]).toString())).toEqual(names);
  }
});
