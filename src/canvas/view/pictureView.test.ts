import { ImageData } from '@napi-rs/canvas';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPlanes } from '../../labels/planes.ts';
import { layerPixels, TestPage } from '../domTestTools.ts';
import { NotingTool } from '../gestures/pointerTestTools.ts';
import type { PictureSource } from '../layers/imageLayer.ts';
import { PLAIN_LOOK } from '../layers/layerLook.ts';
import { PictureView, type PictureViewEvents } from './pictureView.ts';

const WIDTH = 4;
const HEIGHT = 3;
const RED = '#ff0000';

let page: TestPage;
let host: HTMLElement;
let view: PictureView;

/** A picture of one colour. */
function picture(red: number): PictureSource {
  const pixels = new Uint8ClampedArray(4 * WIDTH * HEIGHT);
  for (let i = 0; i < WIDTH * HEIGHT; i++) pixels.set([red, 0, 0, 255], 4 * i);
  return new ImageData(pixels, WIDTH, HEIGHT) as unknown as PictureSource;
}

/** Labels with class 1 at these pixels. */
function labels(...at: readonly number[]) {
  const planes = createPlanes(WIDTH, HEIGHT);
  for (const i of at) planes.classIds[i] = 1;
  for (const i of at) planes.strokeIds[i] = 7;
  return planes;
}

function prediction(classId: number) {
  const classMap = new Uint8Array(WIDTH * HEIGHT).fill(classId);
  return { classMap, confidence: new Uint8Array(WIDTH * HEIGHT).fill(255), margin: new Uint8Array(WIDTH * HEIGHT) };
}

/** Numbers of the pixels of a layer that show something. */
function drawn(name: string): number[] {
  const pixels = layerPixels(host, name);
  return Array.from({ length: WIDTH * HEIGHT }, (_, i) => i).filter((i) => (pixels[4 * i + 3] ?? 0) > 0);
}

const stack = () => host.firstElementChild as HTMLElement;

function open(events: PictureViewEvents = {}): void {
  view = new PictureView(host, events);
  view.setPicture(picture(90), WIDTH, HEIGHT);
  view.setClassColors(new Map([[1, RED]]));
}

beforeEach(() => {
  page = new TestPage();
  // A narrow host: the picture takes all of it, ten screen pixels for each of its own.
  host = page.host(10 * WIDTH, 10 * HEIGHT);
  open();
});

afterEach(() => {
  view.dispose();
  vi.unstubAllGlobals();
});

describe('frames', () => {
  it('are asked for once however much changes, and not at all while nothing does', () => {
    expect(page.framesDue).toBe(1);
    view.setLabels(labels(0));
    view.setPrediction(prediction(1));
    view.zoomBy(2);
    expect(page.framesDue).toBe(1);
    page.frame();
    expect(page.framesDue).toBe(0);
    page.frame();
    expect(page.framesDue).toBe(0);
  });

  it('bring nothing any more once the view is disposed of, which leaves the host empty', () => {
    view.setLabels(labels(0));
    view.dispose();
    expect(page.framesDue).toBe(0);
    expect(host.childElementCount).toBe(0);
    expect(host.style.cursor).toBe('');
  });
});

describe('the layers', () => {
  it('show the photograph, and each label in its class’s colour', () => {
    view.setLabels(labels(5, 6));
    page.frame();
    expect([...layerPixels(host, 'image').slice(0, 4)]).toEqual([90, 0, 0, 255]);
    expect(drawn('labels')).toEqual([5, 6]);
    expect(layerPixels(host, 'labels')[4 * 5]).toBe(255);
  });

  it('draw labels anew where they were said to have changed, and there alone', () => {
    const planes = labels(0);
    view.setLabels(planes);
    page.frame();
    for (const i of [0, 11]) planes.classIds[i] = planes.classIds[i] === 1 ? 255 : 1;
    view.invalidateLabels({ x: 3, y: 2, width: 1, height: 1 });
    page.frame();
    expect(drawn('labels')).toEqual([0, 11]);
    view.invalidateLabels(null);
    page.frame();
    expect(drawn('labels')).toEqual([11]);
  });

  it('refuse labels and predictions of another size', () => {
    expect(() => view.setLabels(createPlanes(WIDTH + 1, HEIGHT))).toThrow('do not fit');
    expect(() => view.setPrediction({ ...prediction(1), classMap: new Uint8Array(5) })).toThrow('does not fit');
  });

  it('forget labels and prediction with the picture they were of', () => {
    view.setLabels(labels(0));
    view.setPrediction(prediction(1));
    page.frame();
    view.setPicture(picture(10), WIDTH, HEIGHT);
    page.frame();
    expect(drawn('labels')).toEqual([]);
    expect(drawn('prediction')).toEqual([]);
    expect(layerPixels(host, 'image')[0]).toBe(10);
  });

  it('show the newest prediction, and keep the one before it to fade out', () => {
    view.setPrediction(prediction(1));
    page.frame();
    expect(drawn('prediction')).toHaveLength(WIDTH * HEIGHT);
    view.setPrediction(prediction(9));
    page.frame();
    // Class 9 has no colour.
    expect(drawn('prediction')).toEqual([]);
    expect(drawn('former-prediction')).toHaveLength(WIDTH * HEIGHT);
  });

  it('hide pixels of a class whose colour is taken away', () => {
    view.setLabels(labels(3));
    page.frame();
    view.setClassColors(new Map());
    page.frame();
    expect(drawn('labels')).toEqual([]);
  });

  it('look as they are told, and show the bare photograph while somebody peeks', () => {
    view.setLayers({ ...PLAIN_LOOK, imageOpacity: 0.5, labelOpacity: 0.25, divider: 0.4 });
    const [image, overlays] = [...stack().children] as HTMLElement[];
    expect(image?.style.opacity).toBe('0.5');
    expect(overlays?.style.clipPath).toBe('inset(0 0 0 40%)');
    expect((host.querySelector('[data-layer="labels"]') as HTMLElement).style.opacity).toBe('0.25');
    view.peek(true);
    expect([image?.style.opacity, overlays?.style.visibility]).toEqual(['1', 'hidden']);
    view.peek(false);
    expect([image?.style.opacity, overlays?.style.visibility]).toEqual(['0.5', '']);
  });

  it('show two predictions on either side of a divider while there are two sides', () => {
    const other = () => host.querySelector('[data-layer="other-prediction"]')?.parentElement as HTMLElement;
    expect(other().style.display).toBe('none');
    view.setSides({ divider: 0.25, left: 'A', right: 'B' });
    view.setOtherPrediction(prediction(1));
    page.frame();
    expect(other().style.display).toBe('');
    expect(other().style.clipPath).toBe('inset(0 0 0 25%)');
    expect(drawn('other-prediction')).toHaveLength(WIDTH * HEIGHT);
    view.setSides(null);
    expect(other().style.display).toBe('none');
  });
});

describe('the view', () => {
  const transform = () => {
    page.frame();
    return stack().style.transform;
  };

  it('fits the picture into the host, and follows its size until somebody moves it', () => {
    expect(transform()).toBe('translate(0px, 0px) scale(10)');
    page.resize(host, 5 * WIDTH, 5 * HEIGHT);
    expect(transform()).toBe('translate(0px, 0px) scale(5)');
    view.zoomBy(2);
    expect(transform()).toContain('scale(10)');
    page.resize(host, 6 * WIDTH, 6 * HEIGHT);
    expect(transform()).toContain('scale(10)');
    view.fit();
    expect(transform()).toBe('translate(0px, 0px) scale(6)');
  });

  it('says where it is moved to, and follows another one without a word', () => {
    view.dispose();
    const moves: unknown[] = [];
    open({ onMoved: (to, isFitted) => moves.push([Math.round(to.scale), isFitted]) });
    moves.length = 0;
    view.zoomBy(2);
    view.follow({ scale: 12, translateX: -10, translateY: -20 }, false);
    expect(moves).toEqual([[20, false]]);
    expect(transform()).toBe('translate(-10px, -20px) scale(12)');
  });
});

describe('the tool', () => {
  it('gets the pointer in pixels of the picture', () => {
    const events: unknown[] = [];
    const tool = new NotingTool();
    tool.pointerDown = ({ imageX, imageY }) => events.push(['down', imageX, imageY]);
    tool.pointerUp = ({ imageX, imageY }) => events.push(['up', imageX, imageY]);
    host.setPointerCapture = () => undefined;
    view.setTool(tool);
    page.point(host, 'pointerdown', 15, 5, 1);
    page.point(host, 'pointerup', 35, 25);
    expect(events).toEqual([
      ['down', 1.5, 0.5],
      ['up', 3.5, 2.5],
    ]);
  });

  it('is left as if it had not begun where another takes its place', () => {
    const tool = new NotingTool();
    const cancelled = vi.spyOn(tool, 'cancel');
    host.setPointerCapture = () => undefined;
    view.setTool(tool);
    page.point(host, 'pointerdown', 15, 5, 1);
    view.setTool(null);
    expect(cancelled).toHaveBeenCalledTimes(1);
  });

  it('says where the pointer is over the picture, and when it is no longer', () => {
    view.dispose();
    const places: unknown[] = [];
    open({ onPointed: (point) => places.push(point) });
    page.frame();
    page.point(host, 'pointermove', 25, 15);
    page.frame();
    page.point(host, 'pointerleave', 0, 0);
    page.frame();
    expect(places).toEqual([{ imageX: 2.5, imageY: 1.5 }, null]);
  });
});
