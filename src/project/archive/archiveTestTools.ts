import { createPlanes, type LabelPlanes } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../settings/learner.ts';
import { NO_CURVES, type PictureState, type ProjectContents, type ProjectState } from '../projectState.ts';

/** Offsets, in an archive, of every record with a signature (`PK` and two more bytes). */
export function findRecords(archive: Uint8Array, signature: number): number[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const offsets: number[] = [];
  for (let offset = 0; offset + 4 <= archive.length; offset++) {
    if (view.getUint32(offset, true) === signature) offsets.push(offset);
  }
  return offsets;
}

export async function bytesOfBlob(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** A picture's facts, for a test to change. */
export function pictureState(id: string, width: number, height: number): PictureState {
  return {
    id,
    name: `Picture ${id}`,
    width,
    height,
    originalWidth: 2 * width,
    originalHeight: 2 * height,
    use: 'train',
    done: false,
    strokeOrigins: [],
  };
}

export function projectState(pictures: readonly PictureState[]): ProjectState {
  return {
    version: 1,
    id: 'project-1',
    name: 'Leaves',
    sampleId: null,
    modifiedMs: 1_700_000_000_000,
    classes: [
      { id: 4, name: 'Leaf', color: '#22aa44' },
      { id: 1, name: 'Ground', color: '#8a5a2b' },
    ],
    hiddenClassIds: [],
    lockedClassIds: [1],
    settings: DEFAULT_LEARNER_SETTINGS,
    workingSizePx: 256,
    activePictureId: pictures[0]?.id ?? null,
    pictures: [...pictures],
    divergedStep: null,
    corrections: { shares: [0.25, 1, 0.5], starts: [2] },
  };
}

/** Planes with a stroke of class 4 in the first row and one of class 1 in the last. */
export function paintedPlanes(width: number, height: number): LabelPlanes {
  const planes = createPlanes(width, height);
  planes.classIds.fill(4, 0, width);
  planes.strokeIds.fill(1, 0, width);
  planes.classIds.fill(1, (height - 1) * width);
  planes.strokeIds.fill(65_535, (height - 1) * width);
  return planes;
}

/** A small project with two pictures and a learner. */
export function smallProject(): ProjectContents {
  const cat = pictureState('cat', 12, 9);
  const dog = { ...pictureState('dog', 7, 5), use: 'test' as const, strokeOrigins: [] };
  return {
    state: projectState([cat, dog]),
    pictures: new Map([
      ['cat', { file: new Blob(['bytes of a cat'], { type: 'image/jpeg' }), planes: paintedPlanes(12, 9) }],
      ['dog', { file: new Blob(['and of a dog']), planes: paintedPlanes(7, 5) }],
    ]),
    learner: {
      state: Uint8Array.of(1, 2, 3, 250).buffer,
      settings: DEFAULT_LEARNER_SETTINGS,
      curves: { ...NO_CURVES, loss: [[1, 0.5]], maskedAccuracy: [[1, 0.25]] },
    },
  };
}

/** Contents as plain values that `toEqual` compares byte for byte. */
export async function plain({ state, pictures, learner }: ProjectContents): Promise<unknown> {
  const files: {
    readonly id: string;
    readonly type: string;
    readonly bytes: Uint8Array;
    readonly planes: LabelPlanes;
  }[] = [];
  for (const [id, { file, planes }] of pictures) {
    files.push({ id, type: file.type, bytes: await bytesOfBlob(file), planes });
  }
  return { state, files, learner: learner && { ...learner, state: new Uint8Array(learner.state) } };
}
