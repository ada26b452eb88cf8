import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../labels/planes.ts';
import { HOST_MEMORY, type HostMemory } from './hostMemory.ts';
import { addKernel } from './replaceKernel.ts';
import { type BatchShape, ITEM, ITEM_WORDS, SAMPLE_LABELS, SAMPLE_PICTURES } from './sampleBatch.ts';

function samplePictures(
  { pictures, items }: { pictures: TensorInfo; items: TensorInfo },
  { batch, height, width }: BatchShape,
  memory: HostMemory,
  backend: KernelBackend,
): TensorInfo {
  const result = memory.allocate([batch, height, width, 3], 'float32', backend);
  const source = memory.valuesOf(pictures, backend);
  const words = memory.valuesOf(items, backend) as Int32Array;
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const out = (memory.valuesOf(result, backend) as Float32Array).fill(0);
  for (let item = 0; item < batch; item++) {
    const colours = [0, 1, 2].map((channel) => ({
      channel,
      gain: floats[item * ITEM_WORDS + ITEM.gain + channel] as number,
      shift: floats[item * ITEM_WORDS + ITEM.shift + channel] as number,
    }));
    const box = { left: 0, top: 0, right: width, bottom: height };
    eachRun(words, item, box, ({ x, y, count, from, step }) => {
      const first = 3 * ((item * height + y) * width + x);
      for (const { channel, gain, shift } of colours) {
        for (let k = 0; k < count; k++) {
          out[first + channel + 3 * k] = gain * (source[3 * (from + k * step) + channel] as number) + shift;
        }
      }
    });
  }
  return result;
}

function sampleLabels(
  { labels, items }: { labels: TensorInfo; items: TensorInfo },
  { batch, height, width }: BatchShape,
  memory: HostMemory,
  backend: KernelBackend,
): TensorInfo {
  const result = memory.allocate([batch, height, width], 'int32', backend);
  const source = memory.valuesOf(labels, backend);
  const words = memory.valuesOf(items, backend) as Int32Array;
  const out = memory.valuesOf(result, backend).fill(UNLABELED);
  for (let item = 0; item < batch; item++) {
    const word = (name: keyof typeof ITEM) => words[item * ITEM_WORDS + ITEM[name]] as number;
    const box = {
      left: Math.max(0, word('coreLeft')),
      top: Math.max(0, word('coreTop')),
      right: Math.min(width, word('coreRight')),
      bottom: Math.min(height, word('coreBottom')),
    };
    eachRun(words, item, box, ({ x, y, count, from, step }) => {
      const first = (item * height + y) * width + x;
      for (let k = 0; k < count; k++) out[first + k] = source[from + k * step] as number;
    });
  }
  return result;
}

/** Neighbours in a row of the frame, and the source pixels they are copies of: `from`, `from + step`, … */
interface Run {
  readonly x: number;
  readonly y: number;
  readonly count: number;
  readonly from: number;
  readonly step: number;
}

/** Visits the rows of the turned picture, as far as they lie in a box of the frame. */
function eachRun(
  words: Int32Array,
  item: number,
  box: { left: number; top: number; right: number; bottom: number },
  visit: (run: Run) => void,
): void {
  const word = (name: keyof typeof ITEM) => words[item * ITEM_WORDS + ITEM[name]] as number;
  const [offsetX, offsetY, step] = [word('offsetX'), word('offsetY'), word('stepX')];
  const x = Math.max(box.left, offsetX);
  const count = Math.min(box.right, offsetX + word('turnedWidth')) - x;
  const bottom = Math.min(box.bottom, offsetY + word('turnedHeight'));
  for (let y = Math.max(box.top, offsetY); y < bottom; y++) {
    const from = word('origin') + (x - offsetX) * step + (y - offsetY) * word('stepY');
    visit({ x, y, count, from, step });
  }
}

/** Gives a backend the kernels behind `sampleBatch`. Idempotent. */
export function registerHostSampleBatch(backendName: 'cpu' | 'wasm' | 'webgl'): void {
  const memory = HOST_MEMORY[backendName];
  addKernel(SAMPLE_PICTURES, backendName, ({ inputs, attrs, backend }) =>
    samplePictures(
      inputs as { pictures: TensorInfo; items: TensorInfo },
      attrs as unknown as BatchShape,
      memory,
      backend as KernelBackend,
    ),
  );
  addKernel(SAMPLE_LABELS, backendName, ({ inputs, attrs, backend }) =>
    sampleLabels(
      inputs as { labels: TensorInfo; items: TensorInfo },
      attrs as unknown as BatchShape,
      memory,
      backend as KernelBackend,
    ),
  );
}
