import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitView,
  imageToScreen,
  type PictureInViewport,
  panBy,
  pinch,
  recentre,
  type ScreenPoint,
  scaleLimits,
  screenToImage,
  snapToDevicePixels,
  type ViewTransform,
  zoomAt,
} from './viewTransform.ts';

const side = fc.integer({ min: 1, max: 1024 });
const viewportSide = fc.integer({ min: 40, max: 2000 });
const stageArbitrary: fc.Arbitrary<PictureInViewport> = fc.record({
  picture: fc.record({ width: side, height: side }),
  viewport: fc.record({ width: viewportSide, height: viewportSide }),
  paddingPx: fc.integer({ min: 0, max: 60 }),
});
/** A position inside the viewport, as shares of its sides. */
const share = fc.double({ min: 0, max: 1, noNaN: true });
const factor = fc.double({ min: 0.05, max: 20, noNaN: true });
const delta = fc.double({ min: -3000, max: 3000, noNaN: true });

/** A view that somebody got to by zooming and panning. */
const viewArbitrary = fc
  .tuple(stageArbitrary, fc.array(fc.tuple(share, share, factor, delta, delta), { maxLength: 4 }))
  .map(([stage, moves]) => {
    let view = fitView(stage);
    for (const [x, y, zoom, deltaX, deltaY] of moves) {
      view = panBy(zoomAt(view, at(stage, x, y), zoom, stage), deltaX, deltaY, stage);
    }
    return { stage, view };
  });

function at({ viewport }: PictureInViewport, x: number, y: number): ScreenPoint {
  return { screenX: viewport.width * x, screenY: viewport.height * y };
}

/** The part of the picture's width and height that the viewport shows, in screen pixels. */
function shown(view: ViewTransform, { picture, viewport }: PictureInViewport): readonly [number, number] {
  const along = (translate: number, pictureSide: number, room: number) =>
    Math.min(room, translate + pictureSide * view.scale) - Math.max(0, translate);
  return [
    along(view.translateX, picture.width, viewport.width),
    along(view.translateY, picture.height, viewport.height),
  ];
}

describe('conversions', () => {
  it('are each other’s inverse', () => {
    fc.assert(
      fc.property(viewArbitrary, share, share, ({ stage, view }, x, y) => {
        const point = at(stage, x, y);
        const back = imageToScreen(view, screenToImage(view, point));
        expect(back.screenX).toBeCloseTo(point.screenX, 6);
        expect(back.screenY).toBeCloseTo(point.screenY, 6);
      }),
    );
  });
});

describe('snapToDevicePixels', () => {
  it('moves a view by at most half a device pixel, to a whole one', () => {
    fc.assert(
      fc.property(viewArbitrary, fc.constantFrom(1, 1.25, 2, 3), ({ view }, ratio) => {
        const snapped = snapToDevicePixels(view, ratio);
        expect(snapped.scale).toBe(view.scale);
        for (const [before, after] of [
          [view.translateX, snapped.translateX],
          [view.translateY, snapped.translateY],
        ] as const) {
          expect(after * ratio).toBeCloseTo(Math.round(after * ratio), 6);
          expect(Math.abs(after - before) * ratio).toBeLessThanOrEqual(0.5 + 1e-9);
        }
      }),
    );
  });
});

describe('fitView', () => {
  it('shows the whole picture in the middle, touching the padding on one side', () => {
    expect(
      fitView({ picture: { width: 512, height: 256 }, viewport: { width: 1072, height: 768 }, paddingPx: 24 }),
    ).toEqual({ scale: 2, translateX: 24, translateY: 128 });
    fc.assert(
      fc.property(stageArbitrary, (stage) => {
        const view = fitView(stage);
        const { picture, viewport } = stage;
        expect(view.translateX).toBeGreaterThanOrEqual(-1e-9);
        expect(view.translateY).toBeGreaterThanOrEqual(-1e-9);
        expect(view.translateX * 2 + picture.width * view.scale).toBeCloseTo(viewport.width, 6);
        expect(view.translateY * 2 + picture.height * view.scale).toBeCloseTo(viewport.height, 6);
      }),
    );
  });

  it('gives a usable view of a host without a size', () => {
    const view = fitView({ picture: { width: 512, height: 512 }, viewport: { width: 0, height: 0 }, paddingPx: 24 });
    expect(view.scale).toBeGreaterThan(0);
  });
});

describe('zoomAt', () => {
  it('keeps the image point under a pointer over the picture', () => {
    fc.assert(
      fc.property(viewArbitrary, share, share, factor, ({ stage, view }, x, y, zoom) => {
        const imageX = x * stage.picture.width;
        const imageY = y * stage.picture.height;
        const point = imageToScreen(view, { imageX, imageY });
        const after = imageToScreen(zoomAt(view, point, zoom, stage), { imageX, imageY });
        expect(after.screenX).toBeCloseTo(point.screenX, 6);
        expect(after.screenY).toBeCloseTo(point.screenY, 6);
      }),
    );
  });

  it('never sends the picture out of sight, nor the scale out of its limits', () => {
    fc.assert(
      fc.property(viewArbitrary, share, share, factor, ({ stage, view }, x, y, zoom) => {
        const after = zoomAt(view, at(stage, x, y), zoom, stage);
        const { min, max } = scaleLimits(stage);
        expect(after.scale).toBeGreaterThanOrEqual(min);
        expect(after.scale).toBeLessThanOrEqual(max);
        for (const length of shown(after, stage)) expect(length).toBeGreaterThan(-1e-6);
      }),
    );
  });

  it('is bounded by a quarter of what fits and 40, or what fits where that is more', () => {
    const stage = { picture: { width: 500, height: 500 }, viewport: { width: 1000, height: 1000 }, paddingPx: 0 };
    expect(scaleLimits(stage)).toEqual({ min: 0.5, max: 40 });
    expect(scaleLimits({ ...stage, picture: { width: 10, height: 10 } })).toEqual({ min: 25, max: 100 });
  });
});

describe('panBy', () => {
  it('moves by what it is told where there is room', () => {
    const stage = { picture: { width: 100, height: 100 }, viewport: { width: 500, height: 500 }, paddingPx: 0 };
    expect(panBy({ scale: 2, translateX: 100, translateY: 100 }, 30, -40, stage)).toEqual({
      scale: 2,
      translateX: 130,
      translateY: 60,
    });
  });

  it('leaves a part of the picture in sight', () => {
    fc.assert(
      fc.property(viewArbitrary, delta, delta, ({ stage, view }, deltaX, deltaY) => {
        const after = panBy(view, deltaX, deltaY, stage);
        const [shownX, shownY] = shown(after, stage);
        const least = (pictureSide: number, room: number) => Math.min(64, (pictureSide * after.scale) / 2, room / 2);
        expect(shownX).toBeGreaterThanOrEqual(least(stage.picture.width, stage.viewport.width) - 1e-6);
        expect(shownY).toBeGreaterThanOrEqual(least(stage.picture.height, stage.viewport.height) - 1e-6);
      }),
    );
  });
});

describe('pinch', () => {
  const stage = { picture: { width: 400, height: 400 }, viewport: { width: 800, height: 800 }, paddingPx: 0 };
  const view = { scale: 1, translateX: 200, translateY: 200 };
  const point = (screenX: number, screenY: number): ScreenPoint => ({ screenX, screenY });

  it('keeps both image points under the two fingers when they part and move', () => {
    const before = [point(300, 400), point(500, 400)] as const;
    const after = [point(310, 420), point(610, 420)] as const;
    const pinched = pinch(view, before, after, stage);
    expect(pinched.scale).toBeCloseTo(1.5, 9);
    for (const finger of [0, 1] as const) {
      const there = imageToScreen(pinched, screenToImage(view, before[finger]));
      expect(there.screenX).toBeCloseTo(after[finger].screenX, 6);
      expect(there.screenY).toBeCloseTo(after[finger].screenY, 6);
    }
  });

  it('only moves when the distance stays', () => {
    expect(pinch(view, [point(300, 300), point(400, 400)], [point(320, 290), point(420, 390)], stage)).toEqual({
      scale: 1,
      translateX: 220,
      translateY: 190,
    });
  });

  it('stays finite when the fingers report one point', () => {
    const pinched = pinch(view, [point(300, 300), point(300, 300)], [point(300, 300), point(400, 300)], stage);
    expect(pinched.scale).toBe(40);
    expect(Number.isFinite(pinched.translateX)).toBe(true);
  });
});

describe('recentre', () => {
  it('keeps the middle in the middle', () => {
    const before = { width: 800, height: 600 };
    const stage = { picture: { width: 500, height: 400 }, viewport: { width: 1000, height: 500 }, paddingPx: 0 };
    const view = { scale: 4, translateX: -700, translateY: -300 };
    const after = recentre(view, before, stage);
    expect(screenToImage(after, { screenX: 500, screenY: 250 })).toEqual(
      screenToImage(view, { screenX: 400, screenY: 300 }),
    );
    expect(after.scale).toBe(4);
  });
});
