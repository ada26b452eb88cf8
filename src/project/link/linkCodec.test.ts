import fc from 'fast-check';
import { deflateSync, strToU8 } from 'fflate';
import { describe, expect, it, test } from 'vitest';
import { createPlanes, UNLABELED } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, LOSSES, OPTIMIZERS, TREATMENTS } from '../../settings/learner.ts';
import { LAB_PANELS, PAGE_PANELS } from '../../settings/panels.ts';
import { fromBase64Url } from './base64Url.ts';
import { DAMAGED_LINK, encodeLink, MAX_FRAGMENT_LENGTH, NEWER_LINK, readLink, readPacked } from './linkCodec.ts';
import { encodeStrokes, paintLinkStrokes, strokesBetween } from './linkStrokes.ts';
import { HEIGHT, painted, planesArbitrary, WIDTH } from './linkTestTools.ts';
import type { SharedLink } from './sharedLink.ts';

const name = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((text) => text.trim() === text);
const classes = [0, 1, 31].map((id) => fc.record({ id: fc.constant(id), name, color: fc.constant('#5b83f7') }));

const comparedArbitrary = fc.constantFrom<Pick<SharedLink, 'compared'>[]>(
  {},
  { compared: { setting: 'unlabeled', value: 'asBackground' } },
  { compared: { setting: 'augmentation', value: false } },
);

const soleArbitrary = fc.record({
  picture: fc.constantFrom('coffee', 'scene-s4-c-z-1e-8-k-14-74-1'),
  workingSizePx: fc.constantFrom(64, 512, 1024),
  classes: fc.option(fc.tuple(...classes)),
  settings: fc
    .record({
      loss: fc.constantFrom(...LOSSES),
      unlabeled: fc.constantFrom(...TREATMENTS),
      optimizer: fc.constantFrom(...OPTIMIZERS),
      learningRate: fc.double({ min: 1e-6, max: 1, noNaN: true }),
      seed: fc.nat(0xffff_ffff),
      customClassWeights: fc.constantFrom({}, { 0: 2, 31: 0.5 }),
      augmentation: fc.constantFrom(DEFAULT_LEARNER_SETTINGS.augmentation, {
        ...DEFAULT_LEARNER_SETTINGS.augmentation,
        flip: false,
      }),
    })
    .map((changes) => ({ ...DEFAULT_LEARNER_SETTINGS, ...changes })),
  base: fc.constantFrom('starter', 'empty'),
  labels: fc.option(
    fc
      .tuple(planesArbitrary, planesArbitrary)
      .map(([base, planes]) => strokesBetween(base, planes, new Map([[2, 'imported']]))),
  ),
  lesson: fc.constantFrom(null, 'firstStrokes'),
  hiddenPanels: fc.subarray([...PAGE_PANELS, ...LAB_PANELS]),
  labPanel: fc.constantFrom(null, ...LAB_PANELS),
  start: fc.constantFrom<SharedLink['start'][]>(
    { type: 'wait' },
    { type: 'train', steps: null },
    { type: 'train', steps: 20 },
  ),
});

const linkArbitrary: fc.Arbitrary<SharedLink> = fc
  .tuple(soleArbitrary, comparedArbitrary)
  .map(([link, compared]) => ({ ...link, ...compared }));

/** A link with all there is, for what is mutated. */
const RICH: SharedLink = {
  picture: 'coffee',
  workingSizePx: 128,
  classes: [
    { id: 0, name: 'Table', color: '#5b83f7' },
    { id: 1, name: 'Cup', color: '#f55f6e' },
  ],
  settings: { ...DEFAULT_LEARNER_SETTINGS, unlabeled: 'asBackground', seed: 7 },
  base: 'empty',
  labels: strokesBetween(
    createPlanes(WIDTH, HEIGHT),
    painted(WIDTH, HEIGHT, [
      { points: [3, 3, 30, 20], radiusPx: 3, classId: 0, strokeId: 1 },
      { points: [30, 3, 8, 24], radiusPx: 2, classId: 1, strokeId: 2 },
    ]),
    new Map(),
  ),
  lesson: 'ignoreOrBackground',
  hiddenPanels: ['tools', 'code'],
  labPanel: 'gradient',
  start: { type: 'train', steps: 20 },
  compared: { setting: 'optimizer', value: 'sgd' },
};

function fragmentOf(link: SharedLink): string {
  const encoded = encodeLink(link);
  if (encoded.type !== 'fits') throw new Error('This link is too long.');
  return encoded.fragment;
}

/** Content as a page would write it, with what a page would never write. */
function packed(text: string, strokes: Uint8Array = new Uint8Array()): Uint8Array {
  const facts = strToU8(text);
  const length = facts.length < 128 ? [facts.length] : [(facts.length % 128) + 128, Math.floor(facts.length / 128)];
  return deflateSync(Uint8Array.from([...length, ...facts, ...strokes]));
}

/** Reads what may be anything, and checks what every reading promises. */
function readOrRefuse(fragment: string): 'read' | 'refused' | 'none' {
  const result = readLink(fragment);
  if (result === null) return 'none';
  if ('problem' in result) {
    expect([DAMAGED_LINK, NEWER_LINK]).toContain(result.problem);
    return 'refused';
  }
  return checked(result.link);
}

function checked(link: SharedLink): 'read' {
  const { labels, classes: list } = link;
  if (labels !== null) {
    const planes = createPlanes(labels.width, labels.height);
    paintLinkStrokes(labels, planes);
    expect(planes.classIds.every((id, i) => (id === UNLABELED) === (planes.strokeIds[i] === 0))).toBe(true);
    if (list !== null) {
      const ids = new Set([UNLABELED, ...list.map(({ id }) => id)]);
      expect(planes.classIds.every((id) => ids.has(id))).toBe(true);
    }
  }
  return 'read';
}

describe('a link', () => {
  it('brings back what it was made of', () => {
    fc.assert(
      fc.property(linkArbitrary, (link) => {
        expect(readLink(fragmentOf(link))).toEqual({ link });
      }),
      { numRuns: 300 },
    );
  });

  it('of a built-in picture as it comes costs nearly nothing', () => {
    const asItComes: SharedLink = {
      picture: 'coffee',
      workingSizePx: 512,
      classes: null,
      settings: DEFAULT_LEARNER_SETTINGS,
      base: 'starter',
      labels: null,
      lesson: null,
      hiddenPanels: [],
      labPanel: null,
      start: { type: 'wait' },
    };
    const fragment = fragmentOf(asItComes);
    expect(fragment.length).toBeLessThan(48);
    // As version 1 was written: one that stands in mails and slides must open as it did. Where defaults change, a new
    // version of links keeps these.
    expect(fragment).toBe('#x=1.IYxyDhOpVirITC4pLUpVslJKzk9LS01VqgUA');
    expect(readLink(fragment)).toEqual({ link: asItComes });
    expect(asItComes.settings).toMatchObject({
      network: { kind: 'pretrained', width: 16, depth: 4, stride: 1 },
      loss: 'crossEntropy',
      unlabeled: 'ignore',
      backgroundClassId: 0,
      classBalance: 'inverseSqrt',
      strokeBalance: 'pixel',
      pictureOrder: 'even',
      labelSmoothing: 0,
      smoothness: { weight: 2, radiusPx: 3, colorWidth: 0.4, spaceWidthPx: 6, gated: true },
      fineTuning: { rate: 0.01, frozenShare: 0.5 },
      optimizer: 'adamw',
      learningRate: 0.02,
      weightDecay: 0.01,
      schedule: 'cosine',
      weightAverage: 0,
      flipAveraging: true,
      stepBudget: 120,
      continueRate: 0.1,
      heldOutShare: 0,
      augmentation: { flip: true, quarterTurns: true, color: 0.1, scale: 0 },
      seed: 1,
    });
  });

  it('holds a hundred strokes of a brush as wide as the page’s on a picture of 512 pixels', () => {
    let state = 1;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const capsules = Array.from({ length: 100 }, (_, i) => {
      const [x, y, angle] = [random() * 512, random() * 512, random() * 6.28];
      const points = [x, y, x + 120 * Math.cos(angle), y + 120 * Math.sin(angle)] as const;
      return { points, radiusPx: 6, classId: i % 4, strokeId: i + 1 };
    });
    const planes = painted(512, 512, capsules);
    const labels = strokesBetween(createPlanes(512, 512), planes, new Map());
    const fragment = fragmentOf({ ...RICH, classes: null, labels });
    expect(fragment.length).toBeLessThan(MAX_FRAGMENT_LENGTH);
  });

  it('is not made where it would be too long', () => {
    const planes = createPlanes(256, 256);
    let state = 1;
    planes.classIds.forEach((_, i) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      planes.classIds[i] = (state >>> 16) % 2;
      planes.strokeIds[i] = 1;
    });
    const labels = strokesBetween(createPlanes(256, 256), planes, new Map());
    expect(encodeLink({ ...RICH, labels })).toEqual({ type: 'tooLong' });
  });

  it('of a newer page says so; any other fragment is none', () => {
    expect(readLink(`#x=2.${'A'.repeat(20)}`)).toEqual({ problem: NEWER_LINK });
    for (const fragment of ['', '#', '#top', '#y=1.AAAA', 'x=1.AAAA']) expect(readLink(fragment)).toBeNull();
    for (const fragment of ['#x=', '#x=1', '#x=1.', '#x=1.A', '#x=0.AAAA', '#x=1.€', `#x=1.${'A'.repeat(9000)}`]) {
      expect(readLink(fragment)).toEqual({ problem: DAMAGED_LINK });
    }
  });

  it('that was cut off, or had one letter changed, is refused', () => {
    const fragment = fragmentOf(RICH);
    for (let length = 3; length < fragment.length; length++)
      expect(readOrRefuse(fragment.slice(0, length))).toBe('refused');
    for (let at = 5; at < fragment.length; at++) {
      const letter = fragment[at] === 'A' ? 'B' : 'A';
      expect(readOrRefuse(fragment.slice(0, at) + letter + fragment.slice(at + 1))).toBe('refused');
    }
  });

  it.each([
    ['no text', ''],
    ['no object', '[]'],
    ['a picture with a path', '{"picture":"../../etc/passwd"}'],
    ['markup for a picture', '{"picture":"<img src=x onerror=alert(1)>"}'],
    ['a size beyond the limits', '{"picture":"coffee","size":100000}'],
    [
      'two classes of one id',
      `{"picture":"coffee","classes":[${'{"id":1,"name":"a","color":"#000000"},'.repeat(2).slice(0, -1)}]}`,
    ],
    [
      'a colour that is a style',
      '{"picture":"coffee","classes":[{"id":1,"name":"a","color":"red;background:url(//x)"}]}',
    ],
    ['a loss that there is not', '{"picture":"coffee","settings":{"loss":"hinge"}}'],
    ['a rate that is no number', '{"picture":"coffee","settings":{"learningRate":"1e-3"}}'],
    ['a panel that there is not', '{"picture":"coffee","hidden":["nothing"]}'],
    ['a comparison of nothing', '{"picture":"coffee","compared":{"setting":"__proto__","value":1}}'],
    ['steps without end', '{"picture":"coffee","train":1e9}'],
  ])('with %s is refused', (_, text) => {
    expect(readPacked(packed(text))).toBeNull();
  });

  it('sets no key but those of settings, and touches no prototype', () => {
    const text =
      '{"picture":"coffee","__proto__":{"polluted":1},"settings":{"seed":5,"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"network":{"__proto__":{"polluted":1}}}}';
    const link = readPacked(packed(text));
    expect(link?.settings).toEqual({ ...DEFAULT_LEARNER_SETTINGS, seed: 5 });
    expect('polluted' in {}).toBe(false);
    expect(Object.getPrototypeOf(link?.settings)).toBe(Object.prototype);
  });

  it('that swells is stopped', () => {
    expect(readPacked(deflateSync(new Uint8Array(64 * 1024 * 1024)))).toBeNull();
  });

  test('10,000 random and mutated links are read or refused, and nothing else', () => {
    const fragment = fragmentOf(RICH);
    const counts = { read: 0, refused: 0, none: 0 };
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const anyLink = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }).map((text) => `#x=${text}`),
      fc.array(fc.constantFrom(...letters), { maxLength: 400 }).map((text) => `#x=1.${text.join('')}`),
      fc
        .tuple(fc.nat(fragment.length - 1), fc.string({ maxLength: 4 }), fc.nat(8))
        .map(([at, put, skip]) => fragment.slice(0, at) + put + fragment.slice(at + skip)),
    );
    fc.assert(
      fc.property(anyLink, (text) => {
        counts[readOrRefuse(text)]++;
      }),
      { numRuns: 5000 },
    );
    // Behind the checksum, where a stranger's own program could have written anything.
    const content = fromBase64Url(fragment.slice('#x=1.'.length))?.subarray(4) ?? new Uint8Array();
    const strokes = RICH.labels === null ? new Uint8Array() : encodeStrokes(RICH.labels);
    const anyContent = fc.oneof(
      fc.tuple(fc.nat(content.length - 1), fc.nat(255)).map(([at, byte]) => {
        const mutated = content.slice();
        mutated[at] = byte;
        return mutated;
      }),
      fc.tuple(fc.nat(strokes.length - 1), fc.nat(255)).map(([at, byte]) => {
        const mutated = strokes.slice();
        mutated[at] = byte;
        return packed('{"picture":"coffee"}', mutated);
      }),
      fc.json().map((json) => packed(json)),
      fc.uint8Array({ maxLength: 120 }).map((bytes) => packed('{"picture":"coffee"}', bytes)),
    );
    fc.assert(
      fc.property(anyContent, (bytes) => {
        const link = readPacked(bytes);
        counts[link === null ? 'refused' : checked(link)]++;
      }),
      { numRuns: 5000 },
    );
    expect(counts.read + counts.refused + counts.none).toBe(10_000);
    expect(counts.refused).toBeGreaterThan(5000);
    // Some of the mutations leave what is a link all the same.
    expect(counts.read).toBeGreaterThan(50);
  });
});
