import fc from 'fast-check';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { createPlanes, type LabelPlanes } from '../../labels/planes.ts';
import { STROKE_ORIGINS } from '../../labels/strokeOrigin.ts';
import { DEFAULT_LEARNER_SETTINGS, LOSSES } from '../../settings/learner.ts';
import { PICTURE_USES } from '../../settings/pictureUse.ts';
import { encodeGrey16Png, encodeIndexedPng } from '../formats/pngWriter.ts';
import { decodeMaskPng } from '../masks/maskPng.ts';
import { NO_CURVES, type PictureState, type ProjectContents } from '../projectState.ts';
import { readProjectArchive } from './archiveReader.ts';
import { bytesOfBlob, paintedPlanes, pictureState, plain, projectState, smallProject } from './archiveTestTools.ts';
import { writeProjectArchive } from './archiveWriter.ts';
import { ProjectFileError } from './projectFileError.ts';

const DAMAGED = 'This project file is damaged or cut short; nothing that is open was changed.';
const OVERSIZED = 'This project file holds more data than this page can open; nothing that is open was changed.';

const side = fc.integer({ min: 1, max: 24 });
const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0);
const curve = fc.array(fc.tuple(coordinate, coordinate), { maxLength: 5 });
const classes = fc.uniqueArray(
  fc.record({
    id: fc.nat(31),
    name: fc.stringMatching(/^[a-zA-Zé漢]{1,40}$/u),
    color: fc.stringMatching(/^#[0-9a-f]{6}$/),
  }),
  { minLength: 1, maxLength: 32, selector: ({ id }) => id },
);

interface TestPicture {
  readonly state: PictureState;
  readonly file: Blob;
  readonly planes: LabelPlanes;
}

function pictureOf(classIds: readonly number[]): fc.Arbitrary<TestPicture> {
  return fc
    .record({
      id: fc.stringMatching(/^[a-z0-9-]{1,64}$/),
      name: fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
        .map((name) => name.trim())
        .filter((name) => name !== '' && name.length <= 80),
      width: side,
      height: side,
      use: fc.constantFrom(...PICTURE_USES),
      done: fc.boolean(),
      strokeOrigins: fc.array(
        fc.record({ strokeId: fc.integer({ min: 1, max: 0xffff }), origin: fc.constantFrom(...STROKE_ORIGINS) }),
        { maxLength: 4 },
      ),
      file: fc.uint8Array({ maxLength: 80 }),
      type: fc.constantFrom('', 'image/jpeg', 'image/png', 'image/x-unheard-of'),
      labelSeed: fc.nat(),
    })
    .map(({ file, type, labelSeed, ...facts }) => {
      const planes = createPlanes(facts.width, facts.height);
      let random = labelSeed;
      for (let i = 0; i < planes.classIds.length; i++) {
        // The generator of Numerical Recipes; its upper bits are the good ones.
        random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
        const classId = classIds[(random >>> 24) % (classIds.length + 1)];
        if (classId === undefined) continue;
        planes.classIds[i] = classId;
        planes.strokeIds[i] = 1 + ((random >>> 8) % 0xffff);
      }
      const state = { ...facts, originalWidth: facts.width + 3, originalHeight: facts.height };
      return { state, file: new Blob([new Uint8Array(file)], { type }), planes };
    });
}

const projects: fc.Arbitrary<ProjectContents> = classes.chain((list) =>
  fc
    .record({
      pictures: fc.uniqueArray(pictureOf(list.map(({ id }) => id)), {
        maxLength: 4,
        selector: ({ state }) => state.id,
      }),
      name: fc.stringMatching(/^[a-zA-Z]{1,80}$/),
      modifiedMs: fc.nat(),
      hiddenClassIds: fc.subarray(list.map(({ id }) => id)),
      lockedClassIds: fc.subarray(list.map(({ id }) => id)),
      loss: fc.constantFrom(...LOSSES),
      seed: fc.nat(),
      learner: fc.option(fc.record({ bytes: fc.uint8Array({ maxLength: 60 }), curve })),
    })
    .map(({ pictures, loss, seed, learner, ...facts }) => {
      const settings = { ...DEFAULT_LEARNER_SETTINGS, loss, seed };
      return {
        state: { ...projectState(pictures.map(({ state }) => state)), ...facts, classes: list, settings },
        pictures: new Map(pictures.map(({ state, file, planes }) => [state.id, { file, planes }])),
        learner: learner && {
          state: new Uint8Array(learner.bytes).buffer,
          settings,
          curves: { ...NO_CURVES, loss: learner.curve, heldOutAccuracy: learner.curve, trueAccuracy: learner.curve },
        },
      };
    }),
);

/** The small project's archive after a change to its unpacked files, packed again by another implementation. */
async function repacked(change: (files: Record<string, Uint8Array>) => void): Promise<Blob> {
  const files: Record<string, Uint8Array> = unzipSync(await bytesOfBlob(await writeProjectArchive(smallProject())));
  change(files);
  return new Blob([new Uint8Array(zipSync(files, { level: 6 }))]);
}

/** The same with a change to the text of `manifest.json`. */
function withManifest(change: (text: string) => string): Promise<Blob> {
  return repacked((files) => {
    const text = strFromU8(files['manifest.json'] ?? new Uint8Array());
    const changedText = change(text);
    expect(changedText).not.toBe(text);
    files['manifest.json'] = strToU8(changedText);
  });
}

describe('round trip', () => {
  test('any project comes back byte for byte, and equal contents give equal archives', async () => {
    await fc.assert(
      fc.asyncProperty(projects, async (contents) => {
        const archive = await writeProjectArchive(contents);
        const again = await readProjectArchive(archive);
        expect(await plain(again)).toEqual(await plain(contents));
        expect(await bytesOfBlob(await writeProjectArchive(again))).toEqual(await bytesOfBlob(archive));
      }),
      { numRuns: 150 },
    );
  });

  test('the layout is what other programs expect', async () => {
    const files = unzipSync(await bytesOfBlob(await writeProjectArchive(smallProject())));
    expect(Object.keys(files)).toEqual([
      'pictures/1-Picture-cat.jpg',
      'labels/1.png',
      'strokes/1.png',
      'pictures/2-Picture-dog.bin',
      'labels/2.png',
      'strokes/2.png',
      'learner.bin',
      'learner.json',
      'manifest.json',
    ]);
    expect(strFromU8(files['pictures/1-Picture-cat.jpg'] ?? new Uint8Array())).toBe('bytes of a cat');
    expect(decodeMaskPng(files['labels/1.png'] ?? new Uint8Array()).values).toEqual(paintedPlanes(12, 9).classIds);
  });

  test('a project that another program packed again opens', async () => {
    const archive = await repacked((files) => {
      files['__MACOSX/._manifest.json'] = Uint8Array.of(1);
    });
    expect(await plain(await readProjectArchive(archive))).toEqual(await plain(smallProject()));
  });

  test('points of curves that JSON has no numbers for are left out', async () => {
    const { learner, ...rest } = smallProject();
    const curves = {
      ...NO_CURVES,
      loss: [
        [1, 0.5],
        [2, Number.POSITIVE_INFINITY],
        [3, Number.NaN],
      ] as [number, number][],
    };
    const archive = await writeProjectArchive({ ...rest, learner: learner && { ...learner, curves } });
    expect((await readProjectArchive(archive)).learner?.curves.loss).toEqual([[1, 0.5]]);
  });
});

describe('writing', () => {
  test.each([
    ['a class that the list lacks', (planes: LabelPlanes) => planes.classIds.fill(7, 0, 1)],
    ['labels without a stroke', (planes: LabelPlanes) => planes.strokeIds.fill(0, 0, 1)],
    ['a stroke without labels', (planes: LabelPlanes) => planes.strokeIds.fill(3, 30, 31)],
  ])('refuses %s, which could not be read back', async (_, spoil) => {
    const contents = smallProject();
    const cat = contents.pictures.get('cat');
    if (cat !== undefined) spoil(cat.planes);
    await expect(writeProjectArchive(contents)).rejects.toThrow(
      new ProjectFileError(
        'The labels of “Picture cat” contradict the project, so that no project file was written; ' +
          'the project is still open here.',
      ),
    );
  });

  test('refuses planes of another size and a state that the schema does not know', async () => {
    const contents = smallProject();
    const pictures = new Map(
      [...contents.pictures].map(([id, { file }]) => [id, { file, planes: paintedPlanes(9, 12) }]),
    );
    await expect(writeProjectArchive({ ...contents, pictures })).rejects.toBeInstanceOf(ProjectFileError);
    const state = { ...contents.state, name: 'x'.repeat(81) };
    await expect(writeProjectArchive({ ...contents, state })).rejects.toThrow(
      'This project could not be written as a file that opens again; the project is still open here.',
    );
  });

  test('refuses a project whose picture is missing', async () => {
    await expect(writeProjectArchive({ ...smallProject(), pictures: new Map() })).rejects.toThrow(RangeError);
  });
});

describe('hostile files', () => {
  test('cut short at every fiftieth are refused', async () => {
    const archive = await writeProjectArchive(smallProject());
    for (let part = 0; part < 50; part++) {
      const cut = archive.slice(0, Math.floor((archive.size * part) / 50));
      await expect(readProjectArchive(cut), `${part}/50`).rejects.toBeInstanceOf(ProjectFileError);
    }
  });

  test('with a flipped bit are refused or the same', async () => {
    const archive = await bytesOfBlob(await writeProjectArchive(smallProject()));
    const expected = await plain(smallProject());
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * archive.length - 1), async (bit) => {
        const mutated = archive.slice();
        mutated[bit >> 3] = (mutated[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        let contents: ProjectContents | null = null;
        try {
          contents = await readProjectArchive(new Blob([mutated]));
        } catch (error) {
          expect(error).toBeInstanceOf(ProjectFileError);
        }
        if (contents !== null) expect(await plain(contents)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test('of random bytes are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        await expect(readProjectArchive(new Blob([new Uint8Array(bytes)]))).rejects.toBeInstanceOf(ProjectFileError);
      }),
    );
  });

  test('without a manifest are not projects', async () => {
    const archive = await repacked((files) => {
      delete files['manifest.json'];
    });
    await expect(readProjectArchive(archive)).rejects.toThrow('This file is not a project of this page');
  });

  test.each(['pictures/1-Picture-cat.jpg', 'labels/1.png', 'strokes/2.png', 'learner.bin', 'learner.json'])(
    'that lack %s are refused',
    async (path) => {
      const archive = await repacked((files) => {
        delete files[path];
      });
      await expect(readProjectArchive(archive)).rejects.toThrow(DAMAGED);
    },
  );

  test('whose planes have another size are refused', async () => {
    await expect(
      readProjectArchive(await withManifest((text) => text.replace('"width": 12', '"width": 13'))),
    ).rejects.toThrow(DAMAGED);
  });

  test('whose class list lacks a painted class are refused', async () => {
    await expect(readProjectArchive(await withManifest((text) => text.replace('"id": 4', '"id": 5')))).rejects.toThrow(
      DAMAGED,
    );
  });

  test.each<[string, number, number]>([
    ['labeled pixels without a stroke', 1, 0],
    ['strokes without labeled pixels', 255, 9],
    ['the byte of predictions', 254, 9],
  ])('with %s are refused', async (_, classId, strokeId) => {
    const archive = await repacked((files) => {
      const planes = paintedPlanes(12, 9);
      planes.classIds[40] = classId;
      planes.strokeIds[40] = strokeId;
      files['labels/1.png'] = encodeIndexedPng(planes.classIds, 12, 9, (i) => [i, i, i]);
      files['strokes/1.png'] = encodeGrey16Png(planes.strokeIds, 12, 9);
    });
    await expect(readProjectArchive(archive)).rejects.toThrow(DAMAGED);
  });

  test('from a newer page say so', async () => {
    const archive = await withManifest((text) => text.replace('"version": 1', '"version": 2'));
    await expect(readProjectArchive(archive)).rejects.toThrow('This project was saved by a newer version of this page');
  });

  test('with far more in a file than its meaning needs are refused before it is unpacked', async () => {
    const json = await repacked((files) => {
      files['manifest.json'] = new Uint8Array(8 * 1024 * 1024 + 1).fill(0x20);
    });
    const png = await repacked((files) => {
      files['labels/2.png'] = new Uint8Array(200_000);
    });
    for (const archive of [json, png]) await expect(readProjectArchive(archive)).rejects.toThrow(OVERSIZED);
  });

  test('whose pictures together would not fit into memory are refused', async () => {
    const giant = { ...pictureState('cat', 16_384, 16_384), originalWidth: 16_384, originalHeight: 16_384 };
    const archive = await withManifest((text) => {
      const manifest = JSON.parse(text);
      const pictures = Array.from({ length: 3 }, (_, i) => ({ ...giant, id: `cat-${i}` }));
      const files = pictures.map(({ id }) => ({
        pictureId: id,
        picture: `pictures/${id}`,
        mediaType: '',
        labels: `labels/${id}`,
        strokes: `strokes/${id}`,
      }));
      return JSON.stringify({ ...manifest, state: { ...manifest.state, pictures }, files });
    });
    await expect(readProjectArchive(archive)).rejects.toThrow(OVERSIZED);
  });

  test('that name an unknown active picture open without one', async () => {
    const archive = await withManifest((text) => text.replace('"activePictureId": "cat"', '"activePictureId": "cow"'));
    expect((await readProjectArchive(archive)).state.activePictureId).toBeNull();
  });
});
