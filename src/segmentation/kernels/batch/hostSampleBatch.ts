import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../../labels/planes.ts';
import { addKernel } from '../replaceKernel.ts';
import { HOST_MEMORY, type HostMemory } from '../wasm/hostMemory.ts';
import { type BatchShape, ITEM, ITEM_WORDS, SAMPLE_BATCH, SAMPLE_WEIGHTS } from './sampleBatch.ts';

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
    const jitter = (word: number) => {
      const first = item * ITEM_WORDS + word;
      return [...floats.subarray(first, first + 3)] as [number, number, number];
    };
    const [redGain, greenGain, blueGain] = jitter(ITEM.gain);
    const [redShift, greenShift, blueShift] = jitter(ITEM.shift);
    const box = { left: 0, top: 0, right: width, bottom: height };
    eachRun(words, item, box, ({ x, y, count, from, step }) => {
      // All channels at once: of a turned picture every pixel is in a line of the cache of its own.
      let to = 3 * ((item * height + y) * width + x);
      for (let k = 0; k < count; k++, to += 3) {
        const at = 3 * (from + k * step);
        out[to] = redGain * (source[at] as number) + redShift;
        out[to + 1] = greenGain * (source[at + 1] as number) + greenShift;
        out[to + 2] = blueGain * (source[at + 2] as number) + blueShift;
      }
    });
  }
  return result;
}

/** A number for every pixel of the frames: the picture's inside the core, `elsewhere` outside. */
function sampleCore(
  { plane, items }: { plane: TensorInfo; items: TensorInfo },
  { batch, height, width }: BatchShape,
  { dtype, elsewhere }: { readonly dtype: 'int32' | 'float32'; readonly elsewhere: number },
  memory: HostMemory,
  backend: KernelBackend,
): TensorInfo {
  const result = memory.allocate([batch, height, width], dtype, backend);
  const source = memory.valuesOf(plane, backend);
  const words = memory.valuesOf(items, backend) as Int32Array;
  const out = memory.valuesOf(result, backend).fill(elsewhere);
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
  addKernel(SAMPLE_BATCH, backendName, ({ inputs, attrs, backend }) => {
    const { pictures, labels, items } = inputs as Readonly<Record<'pictures' | 'labels' | 'items', TensorInfo>>;
    const [shape, host] = [attrs as unknown as BatchShape, backend as KernelBackend];
    return [
      samplePictures({ pictures, items }, shape, memory, host),
      sampleCore({ plane: labels, items }, shape, { dtype: 'int32', elsewhere: UNLABELED }, memory, host),
    ];
  });
  addKernel(SAMPLE_WEIGHTS, backendName, ({ inputs, attrs, backend }) => {
    const { weights, items } = inputs as Readonly<Record<'weights' | 'items', TensorInfo>>;
    const kind = { dtype: 'float32', elsewhere: 1 } as const;
    const host = backend as KernelBackend;
    return sampleCore({ plane: weights, items }, attrs as unknown as BatchShape, kind, memory, host);
  });
}
