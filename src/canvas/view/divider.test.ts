import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dividerAfterKey, dividerAt, GRIP_SIDE_PX, layOutDivider } from './divider.ts';
import { fitView, type PictureInViewport, panBy, zoomAt } from './viewTransform.ts';

const STAGE: PictureInViewport = {
  picture: { width: 200, height: 100 },
  viewport: { width: 800, height: 600 },
  paddingPx: 0,
};

const viewArbitrary = fc
  .tuple(
    fc.double({ min: 0.1, max: 20, noNaN: true }),
    fc.double({ min: -900, max: 900, noNaN: true }),
    fc.double({ min: -900, max: 900, noNaN: true }),
  )
  .map(([factor, deltaX, deltaY]) =>
    panBy(zoomAt(fitView(STAGE), { screenX: 400, screenY: 300 }, factor, STAGE), deltaX, deltaY, STAGE),
  );

describe('layOutDivider', () => {
  it('puts the line across the picture and the grip in its middle', () => {
    // Four screen pixels a picture pixel: 800 × 400, from y = 100 to 500.
    expect(layOutDivider(0.25, fitView(STAGE), STAGE)).toEqual({
      lineX: 200,
      top: 100,
      bottom: 500,
      gripX: 200,
      gripY: 300,
    });
  });

  it('keeps the grip inside the host wherever the picture is', () => {
    fc.assert(
      fc.property(viewArbitrary, fc.double({ min: 0, max: 1, noNaN: true }), (view, divider) => {
        const { gripX, gripY, top, bottom } = layOutDivider(divider, view, STAGE);
        expect(gripX).toBeGreaterThanOrEqual(GRIP_SIDE_PX / 2);
        expect(gripX).toBeLessThanOrEqual(800 - GRIP_SIDE_PX / 2);
        expect(gripY).toBeGreaterThanOrEqual(GRIP_SIDE_PX / 2);
        expect(gripY).toBeLessThanOrEqual(600 - GRIP_SIDE_PX / 2);
        expect(top).toBeGreaterThanOrEqual(0);
        expect(bottom).toBeGreaterThanOrEqual(top);
        expect(bottom).toBeLessThanOrEqual(600);
      }),
    );
  });
});

describe('dividerAt', () => {
  it('finds the divider under its line', () => {
    fc.assert(
      fc.property(viewArbitrary, fc.double({ min: 0, max: 1, noNaN: true }), (view, divider) => {
        expect(dividerAt(layOutDivider(divider, view, STAGE).lineX, view, STAGE)).toBeCloseTo(divider, 3);
      }),
    );
  });

  it('stays inside the picture', () => {
    const view = fitView({ ...STAGE, paddingPx: 50 });
    expect(dividerAt(0, view, STAGE)).toBe(0);
    expect(dividerAt(800, view, STAGE)).toBe(1);
  });
});

describe('dividerAfterKey', () => {
  it('steps by a hundredth, by a tenth with Shift or the page keys, and to the ends', () => {
    expect(dividerAfterKey(0.5, 'ArrowLeft', false)).toBe(0.49);
    expect(dividerAfterKey(0.5, 'ArrowUp', false)).toBe(0.51);
    expect(dividerAfterKey(0.5, 'ArrowRight', true)).toBe(0.6);
    expect(dividerAfterKey(0.5, 'PageDown', false)).toBe(0.4);
    expect(dividerAfterKey(0.5, 'Home', false)).toBe(0);
    expect(dividerAfterKey(0.5, 'End', false)).toBe(1);
    expect(dividerAfterKey(0.5, 'a', false)).toBeNull();
  });

  it('stops at the picture’s edges and comes back to where it was', () => {
    expect(dividerAfterKey(0.004, 'ArrowLeft', false)).toBe(0);
    expect(dividerAfterKey(0.95, 'PageUp', false)).toBe(1);
    let divider = 0.3;
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft']) {
      divider = dividerAfterKey(divider, key, false) ?? Number.NaN;
    }
    expect(divider).toBe(0.3);
  });
});
