import { PictureView } from '../canvas/pictureView.ts';
import { BrushTool } from '../editor/tools/brushTool.ts';
import type { PixelRect } from '../labels/rect.ts';
import type { AppState, AppStore } from '../state/store.ts';
import type { OpenDocument, Prediction } from './openDocument.ts';

/** The picture on the screen: follows the store's opacities, classes and brush, and shows one document at a time. */
export class StageView {
  readonly #store: AppStore;
  readonly #view: PictureView;
  readonly #onRefused: (sentence: string) => void;
  readonly #stopFollowing: () => void;
  #tool: BrushTool | null = null;

  /** Draws into `host` until {@link dispose}. `onRefused` gets a sentence when a stroke cannot begin. */
  constructor(host: HTMLElement, store: AppStore, onRefused: (sentence: string) => void) {
    this.#store = store;
    this.#onRefused = onRefused;
    this.#view = new PictureView(host);
    this.#stopFollowing = store.subscribe((state, former) => this.#follow(state, former));
  }

  dispose(): void {
    this.#stopFollowing();
    this.#view.dispose();
  }

  show({ labels, picture, prediction }: OpenDocument): void {
    const view = this.#view;
    view.setPicture(picture.bitmap, labels.width, labels.height);
    view.setLabels(labels.planes);
    view.setPrediction(prediction);
    this.#tool = new BrushTool(labels, this.#onRefused);
    view.setTool(this.#tool);
    this.#showColors();
    this.#showOpacity();
    this.#showBrush();
    view.fit();
  }

  showPrediction(prediction: Prediction | null): void {
    this.#view.setPrediction(prediction);
  }

  invalidateLabels(rect: PixelRect): void {
    this.#view.invalidateLabels(rect);
  }

  fit(): void {
    this.#view.fit();
  }

  zoomBy(factor: number): void {
    this.#view.zoomBy(factor);
  }

  cancelGesture(): void {
    this.#view.cancelGesture();
  }

  #follow(state: AppState, former: AppState): void {
    if (state.labelOpacity !== former.labelOpacity || state.predictionOpacity !== former.predictionOpacity) {
      this.#showOpacity();
    }
    if (state.classes !== former.classes) this.#showColors();
    if (
      state.classes !== former.classes ||
      state.activeClassId !== former.activeClassId ||
      state.brushDiameterPx !== former.brushDiameterPx
    ) {
      this.#showBrush();
    }
  }

  #showOpacity(): void {
    const { labelOpacity, predictionOpacity } = this.#store.getState();
    this.#view.setOpacity({ labels: labelOpacity, prediction: predictionOpacity });
  }

  #showColors(): void {
    const { classes } = this.#store.getState();
    this.#view.setClassColors(new Map(classes.map((c) => [c.id, c.color])));
  }

  #showBrush(): void {
    const { activeClassId, brushDiameterPx, classes } = this.#store.getState();
    const radiusPx = brushDiameterPx / 2;
    this.#tool?.configure({ classId: activeClassId, radiusPx });
    const color = classes.find((c) => c.id === activeClassId)?.color ?? null;
    this.#view.setBrush({ radiusPx, color });
  }
}
