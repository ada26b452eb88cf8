import { snapToDevicePixels, type ViewTransform } from '../view/viewTransform.ts';
import type { ColorTable } from './classColors.ts';
import { HeatLayer } from './heatLayer.ts';
import type { HeatMap } from './heatPixels.ts';
import { ImageLayer, type PictureSource } from './imageLayer.ts';
import { LabelLayer } from './labelLayer.ts';
import { imageFilter, type LayerLook, PLAIN_LOOK } from './layerLook.ts';
import { PredictionLayer } from './predictionLayer.ts';

// Seen through a faded photograph; as neutral as a grey card, in a light theme and a dark one.
const GROUND = '#808080';

const DIMMED = 'brightness(0.4) saturate(0.5)';

/** The layers of a picture's own resolution under one CSS transform: image, prediction, labels, heat map. */
export class LayerStack {
  readonly element = document.createElement('div');
  readonly labels = new LabelLayer();
  readonly prediction = new PredictionLayer();
  /** Another prediction of the same picture, shown while there are two sides. */
  readonly otherPrediction = new PredictionLayer('other-prediction');
  readonly #heat = new HeatLayer();
  readonly #image = new ImageLayer();
  /** All layers above the photograph: the divider clips them, a peek hides them. */
  readonly #overlays = document.createElement('div');
  #look: LayerLook = PLAIN_LOOK;
  #isPeeking = false;
  /** Where the one prediction ends and the other begins, as a share of the width; `null`: there is one. */
  #sides: number | null = null;

  constructor() {
    Object.assign(this.element.style, {
      position: 'absolute',
      left: '0',
      top: '0',
      transformOrigin: '0 0',
      willChange: 'transform',
      pointerEvents: 'none',
    });
    Object.assign(this.#overlays.style, { position: 'absolute', inset: '0' });
    this.otherPrediction.element.style.display = 'none';
    this.#overlays.append(
      this.prediction.element,
      this.otherPrediction.element,
      this.labels.element,
      this.#heat.element,
    );
    this.element.append(this.#image.element, this.#overlays);
  }

  /** Another picture, without labels or prediction. */
  setPicture(source: PictureSource, width: number, height: number): void {
    Object.assign(this.element.style, { width: `${width}px`, height: `${height}px` });
    this.#image.setPicture(source, width, height);
    for (const prediction of this.#predictions) prediction.setSize(width, height);
    this.labels.setSize(width, height);
    this.#heat.setSize(width, height);
  }

  /** The exact mask that mistakes are told by, where one is known. */
  setTruth(truth: Uint8Array | null): void {
    for (const prediction of this.#predictions) prediction.setTruth(truth);
  }

  setColors(colors: ColorTable): void {
    this.labels.setColors(colors);
    for (const prediction of this.#predictions) prediction.setColors(colors);
  }

  setLook(look: LayerLook): void {
    this.#look = look;
    this.labels.setStyle(look.labelStyle);
    this.labels.element.style.opacity = String(look.labelOpacity);
    for (const prediction of this.#predictions) {
      prediction.setStyle(look.predictionStyle);
      prediction.element.style.opacity = String(look.predictionOpacity);
    }
    this.#image.element.style.filter = imageFilter(look);
    this.#overlays.style.clipPath = look.divider === null ? '' : `inset(0 0 0 ${look.divider * 100}%)`;
    this.#showImage();
  }

  /** Shows the one prediction left of a share of the width and the other right of it; `null`: the one alone. */
  setSides(divider: number | null): void {
    this.#sides = divider;
    const one = this.prediction.element.style;
    const other = this.otherPrediction.element.style;
    one.clipPath = divider === null ? '' : `inset(0 ${(1 - divider) * 100}% 0 0)`;
    other.clipPath = divider === null ? '' : `inset(0 0 0 ${divider * 100}%)`;
    other.display = divider === null ? 'none' : '';
  }

  /** Shows a heat map above all other layers, or with `null` none. */
  setHeat(map: HeatMap | null): void {
    this.#heat.setMap(map);
  }

  /** Dims everything, so that what is drawn above stands out. */
  setDimmed(isDimmed: boolean): void {
    this.element.style.filter = isDimmed ? DIMMED : '';
  }

  /** Hides everything but the photograph, at its full strength. */
  setPeeking(isPeeking: boolean): void {
    this.#isPeeking = isPeeking;
    this.#overlays.style.visibility = isPeeking ? 'hidden' : '';
    this.#showImage();
  }

  place(view: ViewTransform, devicePixelRatio: number): void {
    const { scale, translateX, translateY } = snapToDevicePixels(view, devicePixelRatio);
    this.element.style.transform = `translate(${translateX}px, ${translateY}px) scale(${scale})`;
    this.#image.setScale(scale * devicePixelRatio);
    // Reduced, nearest-neighbour sampling would drop thin strokes.
    const isEnlarged = scale * devicePixelRatio >= 1;
    this.labels.setPixelated(isEnlarged);
    this.#heat.setPixelated(isEnlarged);
    for (const prediction of this.#predictions) prediction.setPixelated(isEnlarged);
  }

  /** Brings the canvases up to date. */
  draw(nowMs: number): void {
    this.labels.draw();
    this.#heat.draw();
    this.prediction.draw(nowMs);
    if (this.#sides !== null) this.otherPrediction.draw(nowMs);
  }

  get #predictions(): readonly PredictionLayer[] {
    return [this.prediction, this.otherPrediction];
  }

  #showImage(): void {
    const opacity = this.#isPeeking ? 1 : this.#look.imageOpacity;
    this.#image.element.style.opacity = String(opacity);
    this.element.style.background = opacity < 1 ? GROUND : '';
  }
}
