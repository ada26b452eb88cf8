import type { AppStore } from '../../state/store.ts';
import { DEFAULT_LOOK, type ViewSlice } from '../../state/view.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** How the picture, its labels and its prediction look; nothing of it touches the data. */
export class LayerActions {
  readonly #context: WorkbenchContext;
  readonly #store: AppStore;
  #formerPredictionOpacity: number = DEFAULT_LOOK.predictionOpacity;
  #formerLabelOpacity: number = DEFAULT_LOOK.labelOpacity;

  constructor(context: WorkbenchContext) {
    this.#context = context;
    this.#store = context.store;
  }

  set(change: Partial<ViewSlice>): void {
    this.#store.setFacts({ view: change });
  }

  togglePrediction(): void {
    const { predictionOpacity } = this.#store.getState().view;
    if (predictionOpacity > 0) this.#formerPredictionOpacity = predictionOpacity;
    this.set({ predictionOpacity: predictionOpacity > 0 ? 0 : this.#formerPredictionOpacity });
  }

  toggleLabels(): void {
    const { labelOpacity } = this.#store.getState().view;
    if (labelOpacity > 0) this.#formerLabelOpacity = labelOpacity;
    this.set({ labelOpacity: labelOpacity > 0 ? 0 : this.#formerLabelOpacity });
  }

  toggleContours(): void {
    const { predictionStyle } = this.#store.getState().view;
    this.set({ predictionStyle: predictionStyle === 'contours' ? 'fill' : 'contours' });
  }

  toggleDoubt(): void {
    const { predictionStyle } = this.#store.getState().view;
    this.set({ predictionStyle: predictionStyle === 'doubt' ? 'fill' : 'doubt' });
  }

  /** Where the prediction differs from the exact mask, or the prediction as areas. */
  toggleMistakes(): void {
    const { predictionStyle } = this.#store.getState().view;
    this.set({ predictionStyle: predictionStyle === 'mistakes' ? 'fill' : 'mistakes' });
  }

  toggleOutlines(): void {
    const { labelStyle } = this.#store.getState().view;
    this.set({ labelStyle: labelStyle === 'fill' ? 'outline' : 'fill' });
  }

  toggleDivider(): void {
    const { divider } = this.#store.getState().view;
    this.set({ divider: divider === null ? 0.5 : null });
  }

  /** Shows the bare image while a key is held. */
  peek(isPeeking: boolean): void {
    this.#context.stage?.peek(isPeeking);
  }

  resetLook(): void {
    this.set(DEFAULT_LOOK);
  }
}
