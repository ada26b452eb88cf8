import type { LabelPlanes } from '../../labels/planes.ts';
import { encodeGrey16Png, encodeIndexedPng, type RgbColor, rgbOf } from '../formats/pngWriter.ts';
import {
  PROJECT_VERSION,
  type ProjectContents,
  type ProjectState,
  type SavedCurves,
  type SavedLearnerState,
} from '../projectState.ts';
import { pictureEnding, safeFileName } from './fileName.ts';
import {
  ARCHIVE_FORMAT,
  type LearnerFacts,
  MANIFEST_PATH,
  MAX_JSON_BYTES,
  type Manifest,
  mediaTypeOf,
  type PicturePaths,
  parseLearnerFacts,
  parseManifest,
} from './manifest.ts';
import { arePlanesOf } from './planeCheck.ts';
import { ProjectFileError } from './projectFileError.ts';
import { ArchiveFullError, ZipWriter } from './zipWriter.ts';

const LEARNER_STATE = 'learner.bin';
const LEARNER_FACTS = 'learner.json';
const KEPT = 'the project is still open here';
const UNLABELED_COLOR: RgbColor = [0, 0, 0];

/**
 * Writes a project archive picture by picture, so that no more than one need be in memory beside the archive.
 *
 * A ZIP of `manifest.json`, `pictures/` (the files as they were opened), `labels/` (class ids, palette PNG), `strokes/`
 * (stroke ids, 16-bit grey PNG), `learner.bin` and `learner.json`. Undo histories are left out. Equal contents give
 * equal bytes.
 *
 * Its methods throw a {@link ProjectFileError} when the project does not fit into 2 GiB or could not be read back.
 */
export class ArchiveWriter {
  readonly #state: ProjectState;
  readonly #zip = new ZipWriter();
  readonly #files = new Map<string, PicturePaths>();

  constructor(state: ProjectState) {
    this.#state = state;
  }

  /** Adds the files of one of the state's pictures; they may come in any order. */
  async addPicture(id: string, file: Blob, planes: LabelPlanes): Promise<void> {
    const { pictures, classes } = this.#state;
    const index = pictures.findIndex((picture) => picture.id === id);
    const picture = pictures[index];
    if (picture === undefined) throw new RangeError(`The project has no picture ${id}.`);
    if (!arePlanesOf(planes, picture, classes)) {
      throw new ProjectFileError(
        `The labels of “${picture.name}” contradict the project, so that no project file was written; ${KEPT}.`,
      );
    }
    const number = index + 1;
    const mediaType = mediaTypeOf(file);
    const bytes = await readFile(file, picture.name);
    const files: PicturePaths = {
      pictureId: id,
      picture: `pictures/${number}-${safeFileName(picture.name)}.${pictureEnding(mediaType, bytes)}`,
      mediaType,
      labels: `labels/${number}.png`,
      strokes: `strokes/${number}.png`,
    };
    const { width, height, classIds, strokeIds } = planes;
    const colors = new Map(classes.map((c) => [c.id, rgbOf(c.color)]));
    const colorOf = (classId: number) => colors.get(classId) ?? UNLABELED_COLOR;
    this.#add(files.picture, bytes);
    this.#add(files.labels, encodeIndexedPng(classIds, width, height, colorOf));
    this.#add(files.strokes, encodeGrey16Png(strokeIds, width, height));
    this.#files.set(id, files);
  }

  /** The archive, once every picture was added. */
  finish(learner: SavedLearnerState | null): Blob {
    const files = this.#state.pictures.map(({ id }) => {
      const known = this.#files.get(id);
      if (known === undefined) throw new RangeError(`The files of picture ${id} are missing.`);
      return known;
    });
    const manifest: Manifest = {
      format: ARCHIVE_FORMAT,
      version: PROJECT_VERSION,
      state: this.#state,
      files,
      learner: learner === null ? null : { state: LEARNER_STATE, facts: LEARNER_FACTS },
    };
    if (learner !== null) {
      const facts: LearnerFacts = { settings: learner.settings, curves: finiteCurves(learner.curves) };
      this.#add(LEARNER_STATE, new Uint8Array(learner.state));
      this.#addJson(LEARNER_FACTS, facts, parseLearnerFacts);
    }
    this.#addJson(MANIFEST_PATH, manifest, parseManifest);
    return this.#zip.finish();
  }

  /** Adds what reading gives back, so that the order of an object's keys does not matter. */
  #addJson(path: string, value: unknown, parse: (json: Uint8Array) => unknown): void {
    let json = encodeJson(value);
    if (json.length > MAX_JSON_BYTES) throw tooLarge();
    try {
      json = encodeJson(parse(json));
    } catch (cause) {
      // Now the project is still open; found out when the file is opened again, it might be lost.
      throw new ProjectFileError(`This project could not be written as a file that opens again; ${KEPT}.`, { cause });
    }
    this.#add(path, json, 'deflate');
  }

  #add(path: string, bytes: Uint8Array<ArrayBuffer>, packing: 'store' | 'deflate' = 'store'): void {
    try {
      this.#zip.add(path, bytes, packing);
    } catch (cause) {
      if (cause instanceof ArchiveFullError) throw tooLarge(cause);
      throw cause;
    }
  }
}

/** A whole project as one archive; see {@link ArchiveWriter}. */
export async function writeProjectArchive({ state, pictures, learner }: ProjectContents): Promise<Blob> {
  const writer = new ArchiveWriter(state);
  for (const { id } of state.pictures) {
    const picture = pictures.get(id);
    if (picture !== undefined) await writer.addPicture(id, picture.file, picture.planes);
  }
  return writer.finish(learner);
}

function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
}

function tooLarge(cause?: unknown): ProjectFileError {
  return new ProjectFileError(`This project is too large for one project file (2 GiB at most); ${KEPT}.`, { cause });
}

async function readFile(file: Blob, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new ProjectFileError(
      `The file of the picture “${name}” can no longer be read, so that no project file was written; ${KEPT}.`,
      { cause },
    );
  }
}

/** Curves without the points that JSON has no numbers for: a diverged loss, which no chart can draw. */
function finiteCurves(curves: SavedCurves): SavedCurves {
  const isNumber = ([step, value]: readonly [number, number]) => Number.isFinite(step) && Number.isFinite(value);
  const finite = Object.entries(curves).map(([name, points]) => [name, points.filter(isNumber)]);
  return Object.fromEntries(finite) as SavedCurves;
}
