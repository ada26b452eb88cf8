import { describe, expect, test } from 'vitest';
import { NO_CURVES } from '../projectState.ts';
import { pictureState, projectState } from './archiveTestTools.ts';
import { mediaTypeOf, migrateManifest, parseLearnerFacts, parseManifest } from './manifest.ts';
import { ProjectFileError } from './projectFileError.ts';

const state = projectState([pictureState('cat', 12, 9), { ...pictureState('dog', 7, 5), use: 'test' }]);

function files(pictureId: string) {
  return {
    pictureId,
    picture: `pictures/${pictureId}.png`,
    mediaType: 'image/png',
    labels: `labels/${pictureId}.png`,
    strokes: `strokes/${pictureId}.png`,
  };
}

const manifest = {
  format: 'unlabeled-project',
  version: 1,
  state,
  files: [files('cat'), files('dog')],
  learner: { state: 'learner.bin', facts: 'learner.json' },
};

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** What the prototype wrote for the same project, as it wrote it. */
function prototypeManifest(): unknown {
  const { hiddenClassIds: _hidden, lockedClassIds: _locked, pictures, ...rest } = state;
  return {
    ...manifest,
    version: 0,
    state: {
      ...rest,
      version: 0,
      pictures: pictures.map(({ use, ...picture }) => ({ ...picture, isTest: use === 'test' })),
    },
  };
}

describe('parseManifest', () => {
  test("reads today's version as it is", () => {
    expect(parseManifest(json(manifest))).toEqual(manifest);
  });

  test('reads what was saved before corrections were noted: there are none', () => {
    const { corrections: _, ...former } = state;
    const none = { shares: [], starts: [] };
    expect(parseManifest(json({ ...manifest, state: former })).state.corrections).toEqual(none);
  });

  test.each([[{ shares: [1.5], starts: [] }], [{ shares: [0.5], starts: [-1] }], [{ shares: [null], starts: [] }]])(
    'refuses corrections that cannot be: %j',
    (corrections) => {
      expect(() => parseManifest(json({ ...manifest, state: { ...state, corrections } }))).toThrow(ProjectFileError);
    },
  );

  test('reads version 0: nothing hidden or locked, tests told by isTest', () => {
    expect(parseManifest(json(prototypeManifest()))).toEqual({
      ...manifest,
      state: { ...state, hiddenClassIds: [], lockedClassIds: [] },
    });
  });

  test.each([2, 3, 1e9])('says of version %d that a newer page made it', (version) => {
    expect(() => parseManifest(json({ ...manifest, version }))).toThrow(
      new ProjectFileError(
        'This project was saved by a newer version of this page; reload the page to get that version ' +
          '(nothing that is open was changed).',
      ),
    );
  });

  test.each([-1, 0.5, '1', null, undefined])('refuses version %j', (version) => {
    expect(() => parseManifest(json({ ...manifest, version }))).toThrow('is damaged or cut short');
  });

  test.each([null, 7, 'text', [], {}, { format: 'other', version: 1 }])('says of %j that it is no project', (value) => {
    expect(() => parseManifest(json(value))).toThrow('This file is not a project of this page');
  });

  test.each([
    ['no JSON', new TextEncoder().encode('{"format": ')],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['nothing', new Uint8Array()],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseManifest(bytes)).toThrow(ProjectFileError);
  });

  test.each<[string, unknown]>([
    ['a picture without files', { ...manifest, files: [files('cat')] }],
    ['files without a picture', { ...manifest, files: [files('cat'), files('dog'), files('cow')] }],
    ['files in another order', { ...manifest, files: [files('dog'), files('cat')] }],
    ['a file with two meanings', { ...manifest, files: [files('cat'), { ...files('dog'), labels: 'labels/cat.png' }] }],
    ['a media type that runs', { ...manifest, files: [files('cat'), { ...files('dog'), mediaType: 'text/html' }] }],
    ['two pictures of one id', { ...manifest, state: { ...state, pictures: [state.pictures[0], state.pictures[0]] } }],
    ['no classes', { ...manifest, state: { ...state, classes: [] } }],
    ['two classes of one id', { ...manifest, state: { ...state, classes: [state.classes[0], state.classes[0]] } }],
    ['a state of another version', { ...manifest, state: { ...state, version: 0 } }],
    ['a use that does not exist', withPicture({ use: 'maybe' })],
    ['a side of 0 pixels', withPicture({ width: 0 })],
    ['a fraction of a pixel', withPicture({ height: 1.5 })],
    ['a stroke 0', withPicture({ strokeOrigins: [{ strokeId: 0, origin: 'accepted' }] })],
    ['no state', { ...manifest, state: null }],
  ])('refuses %s', (_, value) => {
    expect(() => parseManifest(json(value))).toThrow('is damaged or cut short');
  });

  test('refuses hostile shapes of version 0 as well', () => {
    for (const hostile of [null, [], { pictures: 7 }, { pictures: [null, 7, []] }]) {
      expect(() => parseManifest(json({ ...manifest, version: 0, state: hostile }))).toThrow(ProjectFileError);
    }
  });

  test('does not let a manifest reach the prototype of objects', () => {
    const text = JSON.stringify(manifest).replace('{', '{"__proto__": {"polluted": true}, ');
    parseManifest(new TextEncoder().encode(text));
    expect('polluted' in {}).toBe(false);
  });
});

function withPicture(changes: Record<string, unknown>): unknown {
  return { ...manifest, state: { ...state, pictures: [{ ...state.pictures[0], ...changes }, state.pictures[1]] } };
}

test('a migration leaves its input alone', () => {
  const old = prototypeManifest();
  const before = structuredClone(old);
  migrateManifest(old);
  expect(old).toEqual(before);
});

test("the learner's facts are checked", () => {
  const facts = { settings: state.settings, curves: { ...NO_CURVES, loss: [[0, 1.5]], heldOutMeanIou: [[3, 0.25]] } };
  expect(parseLearnerFacts(json(facts))).toEqual(facts);
  // As it was written before there were held-out strokes.
  const former = { ...facts, curves: { loss: [[0, 1.5]], maskedAccuracy: [[1, 0.5]], trueAccuracy: [] } };
  expect(parseLearnerFacts(json(former)).curves).toEqual({ ...NO_CURVES, ...former.curves });
  for (const wrong of [{}, { ...facts, curves: { ...facts.curves, loss: [[0]] } }, { ...facts, settings: {} }, []]) {
    expect(() => parseLearnerFacts(json(wrong))).toThrow(ProjectFileError);
  }
});

test('only media types of pictures are kept', () => {
  const kept = (type: string) => mediaTypeOf(new Blob([], { type }));
  expect(['image/png', 'IMAGE/PNG', 'text/html', '', 'image/x y'].map(kept)).toEqual([
    'image/png',
    'image/png',
    '',
    '',
    '',
  ]);
});
