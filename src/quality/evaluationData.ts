import * as v from 'valibot';
import { decodePngSamples, PNG_GREY, PNG_RGB, readPngFile } from '../project/formats/pngFile.ts';
import { decodeMaskPng } from '../project/masks/maskPng.ts';
import { type EvaluationPicture, scribblesOf } from './evaluationPicture.ts';
import { parsed } from './parsed.ts';

const SPLITS = ['single', 'train', 'test'] as const;

const setName = v.pipe(v.string(), v.regex(/^[\w-]+$/));
const manifestSchema = v.pipe(
  v.record(
    setName,
    v.object({
      classes: v.pipe(v.array(v.string()), v.minLength(2)),
      split: v.record(setName, v.picklist(SPLITS)),
    }),
  ),
  v.check((sets) => Object.keys(sets).length > 0, 'It names no set'),
);

/** A data set of the evaluation folder. */
export interface EvaluationSet {
  readonly name: string;
  readonly pictures: readonly { readonly id: string; readonly split: (typeof SPLITS)[number] }[];
}

/** Reads `manifest.json`. Throws an `Error` with one sentence when it is none. */
export function parseEvaluationManifest(text: string): EvaluationSet[] {
  return Object.entries(parsed(text, 'manifest', manifestSchema)).map(([name, { split }]) => ({
    name,
    pictures: Object.entries(split).map(([id, part]) => ({ id, split: part })),
  }));
}

/** The three PNG files of a picture, as bytes. */
export interface PictureFileBytes {
  readonly image: Uint8Array;
  readonly mask: Uint8Array;
  readonly scribbles: Uint8Array;
}

/** Throws an `Error` for files that are no such PNGs, and where their sizes differ. */
export function decodePicture(id: string, files: PictureFileBytes): EvaluationPicture {
  const mask = decodeMaskPng(files.mask);
  const scribbles = decodeMaskPng(files.scribbles);
  const { width, height, pixels } = decodeRgba(files.image);
  for (const other of [mask, scribbles]) {
    if (other.width !== width || other.height !== height) {
      throw new Error(`Picture “${id}” is ${width} × ${height} pixels, its mask or strokes are of another size.`);
    }
  }
  return { id, width, height, pixels, strokes: scribblesOf(scribbles.values, width, height), truth: mask.values };
}

function decodeRgba(bytes: Uint8Array): { width: number; height: number; pixels: Uint8Array<ArrayBuffer> } {
  const file = readPngFile(bytes);
  const { width, height, depth, colorType, channels } = file.header;
  if (depth !== 8 || (colorType !== PNG_RGB && colorType !== PNG_GREY)) {
    throw new Error('Pictures for evaluation are 8-bit RGB or grey PNGs.');
  }
  const samples = decodePngSamples(file);
  const pixels = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[4 * i + channel] = samples[channels * i + Math.min(channel, channels - 1)] as number;
    }
  }
  return { width, height, pixels };
}
