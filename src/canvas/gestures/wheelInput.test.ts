import { describe, expect, it } from 'vitest';
import { isGestureEvent, TrackpadPinch, WheelSteps, wheelFactor } from './wheelInput.ts';

describe('wheelFactor', () => {
  it('undoes itself, grows towards the user’s hand, and is bounded', () => {
    for (const ctrlKey of [false, true]) {
      const zoomIn = wheelFactor({ deltaY: -20, deltaMode: 0, ctrlKey });
      expect(zoomIn).toBeGreaterThan(1);
      expect(zoomIn * wheelFactor({ deltaY: 20, deltaMode: 0, ctrlKey })).toBeCloseTo(1, 12);
      expect(wheelFactor({ deltaY: -1e6, deltaMode: 0, ctrlKey })).toBe(2);
      expect(wheelFactor({ deltaY: 1e6, deltaMode: 0, ctrlKey })).toBe(0.5);
    }
  });

  it('takes a notch given in lines for about the same as one given in pixels', () => {
    const pixels = wheelFactor({ deltaY: -100, deltaMode: 0, ctrlKey: false });
    const lines = wheelFactor({ deltaY: -3, deltaMode: 1, ctrlKey: false });
    expect(lines).toBeCloseTo(pixels, 2);
    expect(pixels).toBeCloseTo(1.16, 2);
  });
});

describe('WheelSteps', () => {
  const turn = (deltaX: number, deltaY: number, timeStamp: number, deltaMode = 0) => ({
    deltaX,
    deltaY,
    deltaMode,
    timeStamp,
  });

  it('makes one step of each notch, forwards or sideways, in pixels or lines', () => {
    const steps = new WheelSteps();
    expect(steps.turn(turn(0, -120, 0))).toBe(1);
    expect(steps.turn(turn(-120, 0, 50))).toBe(1);
    expect(steps.turn(turn(0, -3, 100, 1))).toBe(1);
    expect(steps.turn(turn(120, 0, 150))).toBe(-1);
    expect(steps.turn(turn(0, 3, 200, 1))).toBe(-1);
  });

  it('gathers a trackpad’s small moves after the first', () => {
    const steps = new WheelSteps();
    const results = Array.from({ length: 21 }, (_, i) => steps.turn(turn(4, 0, i * 16)));
    expect(results.map((step, i) => (step === 0 ? -1 : i)).filter((i) => i >= 0)).toEqual([0, 10, 20]);
    expect(new Set(results)).toEqual(new Set([0, -1]));
  });

  it('answers at once after a pause or a turn the other way, and not to nothing', () => {
    const steps = new WheelSteps();
    expect(steps.turn(turn(0, 2, 0))).toBe(-1);
    expect(steps.turn(turn(0, 2, 16))).toBe(0);
    expect(steps.turn(turn(0, -2, 32))).toBe(1);
    expect(steps.turn(turn(0, 0, 40))).toBe(0);
    expect(steps.turn(turn(0, -2, 500))).toBe(1);
  });
});

describe('TrackpadPinch', () => {
  it('gives factors whose product is the pinch’s scale, each pinch from its own beginning', () => {
    const pinch = new TrackpadPinch();
    for (const scales of [
      [1, 1.2, 1.5, 1.1],
      [1, 0.8, 0.4],
    ]) {
      let product = 1;
      for (const [i, scale] of scales.entries()) {
        product *= pinch.factor(i === 0 ? 'gesturestart' : 'gesturechange', scale);
      }
      expect(product).toBeCloseTo(scales.at(-1) ?? 0, 12);
    }
  });

  it('stays put at a scale that is none', () => {
    const pinch = new TrackpadPinch();
    pinch.factor('gesturestart', 1);
    for (const scale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(pinch.factor('gesturechange', scale)).toBe(1);
    }
    expect(pinch.factor('gesturechange', 2)).toBe(2);
  });
});

describe('isGestureEvent', () => {
  it('knows Safari’s event by its numbers', () => {
    const event = (properties: object) => Object.assign(new Event('gesturechange'), properties);
    expect(isGestureEvent(event({ scale: 1.5, clientX: 3, clientY: 4 }))).toBe(true);
    expect(isGestureEvent(event({}))).toBe(false);
    expect(isGestureEvent(event({ scale: '1.5', clientX: 3, clientY: 4 }))).toBe(false);
  });
});
