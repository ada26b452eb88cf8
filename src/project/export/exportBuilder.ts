import { UNLABELED } from '../../labels/planes.ts';
import { pictureEnding, UniqueNames } from '../archive/fileName.ts';
import { ArchiveFullError, ZipWriter } from '../archive/zipWriter.ts';
import { encodeRgbPng } from '../formats/pngWriter.ts';
import { type Mask, resizeMask } from '../masks/maskPng.ts';
import { type AreaRow, areasCsv, type MetricsRow, metricsCsv } from './csv.ts';
import { type DatasetItem, datasetPaths, datasetTexts, maskTexts } from './dataset.ts';
import {
  ExportError,
  type ExportedClasses,
  type ExportedFile,
  type ExportKind,
  type ExportPicture,
  type ExportRequest,
} from './exportRequest.ts';
import { encodeLabelPng, finalMask } from './labelPng.ts';
import { drawOriginalOverlay } from './originalOverlay.ts';
import { opaqueRgb, tintClasses } from './overlay.ts';
import { cleanUpMask } from './regionCleanUp.ts';

/** Names of the archives and, for a single picture, what is added to its name. */
const FILE_NAMES: Readonly<Record<ExportKind, string>> = {
  labels: 'labels',
  predictions: 'predictions',
  final: 'final-masks',
  overlays: 'overlays',
  dataset: 'dataset',
  metrics: 'metrics',
};

const NOTHING: Readonly<Record<ExportKind, string>> = {
  labels: 'No picture has labels yet, so there is nothing to export.',
  predictions: 'No picture has a prediction yet, so there is nothing to export; train first.',
  final: 'No picture has labels or a prediction yet, so there is nothing to export.',
  overlays: 'No picture has labels or a prediction yet, so there is nothing to export.',
  dataset: 'No picture for training or tests has such masks yet, so there is nothing to export.',
  metrics: 'There are no pictures, so there is nothing to export.',
};

/**
 * Builds an export picture by picture; nothing of a picture is kept but what goes into the file.
 *
 * Pictures whose mask would be all unlabeled are left out, as are those of use `skip` from a data set. A single picture
 * becomes a file of its own (but for data sets and metrics), several a ZIP archive. The same pictures in the same order
 * give the same bytes.
 */
export class ExportBuilder {
  readonly #request: ExportRequest;
  readonly #classes: ExportedClasses;
  readonly #zip = new ZipWriter();
  readonly #names = new UniqueNames();
  readonly #items: DatasetItem[] = [];
  readonly #metrics: MetricsRow[] = [];
  readonly #areas: AreaRow[] = [];
  #count = 0;
  /** The first picture's file, which may stay the only one. */
  #first: ExportedFile | null = null;

  constructor(request: ExportRequest, classes: ExportedClasses) {
    this.#request = request;
    this.#classes = classes;
  }

  /** Adds a picture. Throws an {@link ExportError} when the export becomes too large or its file cannot be read. */
  async add(picture: ExportPicture): Promise<void> {
    const { what } = this.#request;
    if (what === 'metrics') this.#addRows(picture);
    else if (what === 'dataset') await this.#addToDataset(picture);
    else await this.#addPng(picture, what);
  }

  /** The file; nothing can be added afterwards. Throws an {@link ExportError} when it would be empty. */
  finish(): ExportedFile {
    const { what, layout } = this.#request;
    if (this.#count === 0) throw new ExportError(NOTHING[what]);
    if (this.#first !== null && this.#count === 1) return this.#first;
    for (const [path, text] of this.#texts()) this.#store(path, new TextEncoder().encode(text), 'deflate');
    const name = what === 'dataset' ? `${FILE_NAMES[what]}-${layout}` : FILE_NAMES[what];
    return { name: `${name}.zip`, blob: this.#zip.finish() };
  }

  #texts(): ReadonlyMap<string, string> {
    const { what, layout } = this.#request;
    if (what === 'dataset') return datasetTexts(layout, this.#classes, this.#items);
    if (what === 'overlays') return new Map();
    if (what !== 'metrics') return maskTexts(this.#classes);
    return new Map([
      ['metrics.csv', metricsCsv(this.#metrics)],
      ['areas.csv', areasCsv(this.#areas)],
    ]);
  }

  async #addPng(picture: ExportPicture, what: 'labels' | 'predictions' | 'final' | 'overlays'): Promise<void> {
    const mask = this.#maskOf(picture, what === 'overlays' ? 'final' : what);
    if (mask === null) return;
    const png = what === 'overlays' ? await this.#overlay(picture, mask) : this.#maskPng(picture, mask);
    const name = this.#names.take(picture.name);
    this.#store(`${FILE_NAMES[what]}/${name}.png`, png);
    this.#first ??= { name: `${name}-${FILE_NAMES[what]}.png`, blob: new Blob([png], { type: 'image/png' }) };
    this.#count += 1;
  }

  async #addToDataset(picture: ExportPicture): Promise<void> {
    const { layout, size, annotations } = this.#request;
    const { use } = picture;
    const mask = use === 'skip' ? null : this.#maskOf(picture, annotations);
    if (use === 'skip' || mask === null) return;
    const bytes = size === 'original' ? await readFile(picture) : encodePicture(picture);
    const ending = size === 'original' ? pictureEnding(picture.file.type, bytes) : 'png';
    const item: DatasetItem = { name: this.#names.take(picture.name), ending, use };
    const paths = datasetPaths(layout, item);
    this.#store(paths.picture, bytes);
    this.#store(paths.mask, this.#maskPng(picture, mask));
    this.#items.push(item);
    this.#count += 1;
  }

  #addRows(picture: ExportPicture): void {
    const { name, use, classIds, scores } = picture;
    const pixels = classIds.length;
    const labeled = countClasses(classIds);
    const areas = countClasses(this.#finalValues(picture));
    this.#metrics.push({
      picture: name,
      use,
      labeledPixels: pixels - (labeled[UNLABELED] ?? 0),
      pixels,
      maskedAccuracy: scores?.maskedAccuracy ?? null,
      meanIou: scores?.meanIou ?? null,
    });
    for (const { id, name: className } of this.#classes) {
      const area = areas[id] ?? 0;
      const iou = scores?.iouByClass.get(id) ?? null;
      const row = { picture: name, use, className, pixels: area, share: area / pixels, iou };
      this.#areas.push({ ...row, labeledPixels: labeled[id] ?? 0 });
    }
    this.#count += 1;
  }

  /** A picture's mask of class ids at working size, `null` where no pixel has a class. */
  #maskOf(picture: ExportPicture, kind: 'labels' | 'predictions' | 'final'): Mask | null {
    const { width, height } = picture;
    const values = this.#valuesOf(picture, kind);
    const isOfList = new Set(this.#classes.map(({ id }) => id));
    return values.some((classId) => isOfList.has(classId)) ? { width, height, values } : null;
  }

  #valuesOf(picture: ExportPicture, kind: 'labels' | 'predictions' | 'final'): Uint8Array<ArrayBuffer> {
    if (kind === 'final') return this.#finalValues(picture);
    const { classIds, prediction } = picture;
    if (kind === 'labels') return new Uint8Array(classIds);
    return prediction === null ? new Uint8Array() : new Uint8Array(prediction.classMap);
  }

  /** The labels over the prediction, cleaned up; the labels alone where there is no prediction. */
  #finalValues({ width, height, classIds, prediction }: ExportPicture): Uint8Array<ArrayBuffer> {
    // Without a prediction what is not labeled is unknown, not a hole.
    if (prediction === null) return new Uint8Array(classIds);
    const values = finalMask(classIds, prediction.classMap);
    const { cleanUp } = this.#request;
    return cleanUp === null ? values : cleanUpMask({ width, height, values }, cleanUp, classIds).values;
  }

  #maskPng({ originalWidth, originalHeight }: ExportPicture, mask: Mask): Uint8Array<ArrayBuffer> {
    const { size } = this.#request;
    return encodeLabelPng(size === 'working' ? mask : resizeMask(mask, originalWidth, originalHeight), this.#classes);
  }

  async #overlay(picture: ExportPicture, mask: Mask): Promise<Uint8Array<ArrayBuffer>> {
    const { size, opacity } = this.#request;
    if (size === 'working') {
      const pixels = pixelsOf(picture).slice();
      tintClasses(pixels, mask.values, this.#classes, opacity);
      return encodeRgbPng(opaqueRgb(pixels), mask.width, mask.height);
    }
    const { name, file, originalWidth, originalHeight } = picture;
    try {
      const large = resizeMask(mask, originalWidth, originalHeight);
      return await drawOriginalOverlay(file, large, this.#classes, opacity);
    } catch (cause) {
      throw new ExportError(
        `The picture “${name}” could not be drawn at its original size here, so nothing was exported; choose the working size.`,
        { cause },
      );
    }
  }

  #store(path: string, bytes: Uint8Array<ArrayBuffer>, packing: 'store' | 'deflate' = 'store'): void {
    try {
      this.#zip.add(path, bytes, packing);
    } catch (cause) {
      if (!(cause instanceof ArchiveFullError)) throw cause;
      throw new ExportError(
        'This export would become larger than 2 GiB, so nothing was written; choose the working size or fewer pictures.',
        { cause },
      );
    }
  }
}

function countClasses(classIds: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (const classId of classIds) counts[classId] = (counts[classId] ?? 0) + 1;
  return counts;
}

function pixelsOf({ name, pixels }: ExportPicture): Uint8ClampedArray {
  if (pixels === null) throw new Error(`The pixels of ${name} were not sent.`);
  return pixels;
}

function encodePicture(picture: ExportPicture): Uint8Array<ArrayBuffer> {
  return encodeRgbPng(opaqueRgb(pixelsOf(picture)), picture.width, picture.height);
}

async function readFile({ name, file }: ExportPicture): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new ExportError(`The file of the picture “${name}” can no longer be read, so nothing was exported.`, {
      cause,
    });
  }
}
