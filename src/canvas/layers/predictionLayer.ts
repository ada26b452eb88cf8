import { type ColorTable, createColorTable } from './classColors.ts';
import { type ContourTones, createContourTones } from './contourTones.ts';
import { contextOf, createLayerCanvas, PixelBuffer } from './layer.ts';
import type { LayerLook } from './layerLook.ts';
import {
  drawContourPixels,
  drawDoubtPixels,
  drawMistakePixels,
  drawPredictionPixels,
  type PredictionMap,
} from './predictionPixels.ts';

const FADE_MS = 110;

interface Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
}

/**
 * The newest prediction, which fades in over the one before it. The newest is `[data-layer="prediction"]`, the one that
 * fades out `[data-layer="former-prediction"]`.
 */
export class PredictionLayer {
  readonly element = document.createElement('div');
  readonly #name: string;
  #front: Sheet;
  #back: Sheet;
  #buffer = new PixelBuffer(1, 1);
  #colors: ColorTable = createColorTable(new Map());
  #tones: ContourTones = createContourTones(this.#colors);
  #style: LayerLook['predictionStyle'] = 'fill';
  #prediction: PredictionMap | null = null;
  #truth: Uint8Array | null = null;
  #change: 'none' | 'look' | 'prediction' = 'none';
  #shownAtMs = Number.NEGATIVE_INFINITY;
  readonly #reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

  /** `name`: of `data-layer`; `prediction` unless there is another one. */
  constructor(name = 'prediction') {
    this.#name = name;
    this.#front = createSheet(name);
    this.#back = createSheet(`former-${name}`);
    // As large as the picture, so that shares of it can be cut off.
    Object.assign(this.element.style, { position: 'absolute', inset: '0', isolation: 'isolate' });
    this.element.append(this.#back.canvas, this.#front.canvas);
  }

  setSize(width: number, height: number): void {
    for (const { canvas } of [this.#front, this.#back]) {
      canvas.width = width;
      canvas.height = height;
    }
    this.#buffer = new PixelBuffer(width, height);
    this.#prediction = null;
    this.#truth = null;
    this.#change = 'none';
    this.#settle();
  }

  /** Throws a `RangeError` when the prediction has not as many pixels as the picture. */
  setPrediction(prediction: PredictionMap | null): void {
    const pixelCount = this.#buffer.pixels.length;
    if (
      prediction !== null &&
      (prediction.classMap.length !== pixelCount || prediction.confidence.length !== pixelCount)
    ) {
      throw new RangeError(
        `A prediction of ${prediction.classMap.length} pixels does not fit a picture of ${pixelCount}.`,
      );
    }
    this.#prediction = prediction;
    this.#change = 'prediction';
  }

  /** The exact mask that mistakes are told by, `[H·W]`, where one is known. */
  setTruth(truth: Uint8Array | null): void {
    this.#truth = truth;
    if (this.#change === 'none') this.#change = 'look';
  }

  setColors(colors: ColorTable): void {
    this.#colors = colors;
    this.#tones = createContourTones(colors);
    if (this.#change === 'none') this.#change = 'look';
  }

  setStyle(style: LayerLook['predictionStyle']): void {
    if (style === this.#style) return;
    this.#style = style;
    if (this.#change === 'none') this.#change = 'look';
  }

  setPixelated(isPixelated: boolean): void {
    const rendering = isPixelated ? 'pixelated' : 'auto';
    for (const { canvas } of [this.#front, this.#back]) canvas.style.imageRendering = rendering;
  }

  /** Brings the canvases up to date. */
  draw(nowMs: number): void {
    const change = this.#change;
    if (change === 'none') return;
    this.#change = 'none';
    if (change === 'prediction') {
      [this.#front, this.#back] = [this.#back, this.#front];
      this.#front.canvas.dataset.layer = this.#name;
      this.#back.canvas.dataset.layer = `former-${this.#name}`;
    }
    const { image, pixels } = this.#buffer;
    if (this.#prediction === null) pixels.fill(0);
    else if (this.#style === 'mistakes' && this.#truth !== null) {
      drawMistakePixels(pixels, this.#prediction, this.#truth);
    } else if (this.#style === 'fill' || this.#style === 'mistakes') {
      drawPredictionPixels(pixels, this.#prediction, image.width, image.height, this.#colors);
    } else if (this.#style === 'doubt') drawDoubtPixels(pixels, this.#prediction);
    else drawContourPixels(pixels, this.#prediction, image.width, image.height, this.#tones);
    this.#front.context.putImageData(image, 0, 0);
    if (change === 'prediction') this.#fade(nowMs);
  }

  #fade(nowMs: number): void {
    this.#settle();
    // Predictions that come faster than the fade would each be replaced half seen.
    const durationMs = Math.min(FADE_MS, nowMs - this.#shownAtMs);
    this.#shownAtMs = nowMs;
    if (this.#reducedMotion.matches || durationMs < 30) return;
    this.#front.canvas.animate([{ opacity: 0 }, { opacity: 1 }], durationMs);
    this.#back.canvas.animate([{ opacity: 1 }, { opacity: 0 }], durationMs);
  }

  #settle(): void {
    for (const { canvas } of [this.#front, this.#back]) {
      for (const animation of canvas.getAnimations()) animation.cancel();
    }
    this.#front.canvas.style.opacity = '1';
    this.#back.canvas.style.opacity = '0';
  }
}

function createSheet(name: string): Sheet {
  const canvas = createLayerCanvas(name);
  // Adds the two sheets up while they fade, so that what they share does not grow pale in between.
  canvas.style.mixBlendMode = 'plus-lighter';
  return { canvas, context: contextOf(canvas) };
}
