import { UNLABELED } from '../../labels/planes.ts';
import { type LabelDocument, type StrokeGesture, StrokeLimitError } from '../labelDocument.ts';
import type { Tool, ToolPointerEvent } from './tool.ts';

export interface BrushSettings {
  /** Class to paint, or UNLABELED. */
  readonly classId: number;
  /** At least 0.5; under 1 the brush paints single pixels. */
  readonly radiusPx: number;
}

interface Point {
  readonly imageX: number;
  readonly imageY: number;
}

type State =
  | { readonly name: 'idle' }
  | {
      readonly name: 'painting';
      readonly gesture: StrokeGesture;
      readonly classId: number;
      readonly last: Point;
    };

/**
 * Paints strokes: the class of its settings with the primary button, unlabeled with the secondary one. Shift paints a
 * straight line from where the stroke before ended.
 */
export class BrushTool implements Tool {
  readonly #document: LabelDocument;
  readonly #onRefused: (sentence: string) => void;
  #settings: BrushSettings = { classId: UNLABELED, radiusPx: 8 };
  #state: State = { name: 'idle' };
  #lastEnd: Point | null = null;

  /** `onRefused` gets one sentence for a person when a stroke cannot begin. */
  constructor(document: LabelDocument, onRefused: (sentence: string) => void) {
    this.#document = document;
    this.#onRefused = onRefused;
  }

  /** Takes effect at once for the radius, with the next stroke for the class. */
  configure(settings: BrushSettings): void {
    this.#settings = settings;
  }

  get isActive(): boolean {
    return this.#state.name === 'painting';
  }

  get isUnlabeling(): boolean {
    return this.#state.name === 'painting' && this.#state.classId === UNLABELED;
  }

  pointerDown(event: ToolPointerEvent): void {
    this.cancel();
    const classId = event.button === 'secondary' ? UNLABELED : this.#settings.classId;
    let gesture: StrokeGesture;
    try {
      gesture = this.#document.beginStroke(classId);
    } catch (error) {
      if (!(error instanceof StrokeLimitError)) throw error;
      this.#onRefused(error.message);
      return;
    }
    const from = (event.shiftKey && this.#lastEnd) || event;
    this.#state = { name: 'painting', gesture, classId, last: from };
    this.#paintTo(event);
  }

  pointerMove(event: ToolPointerEvent): void {
    this.#paintTo(event);
  }

  pointerUp(event: ToolPointerEvent): void {
    if (this.#state.name !== 'painting') return;
    const { gesture, last } = this.#state;
    if (last.imageX !== event.imageX || last.imageY !== event.imageY) this.#paintTo(event);
    this.#state = { name: 'idle' };
    this.#lastEnd = { imageX: event.imageX, imageY: event.imageY };
    gesture.commit();
  }

  cancel(): void {
    if (this.#state.name !== 'painting') return;
    const { gesture } = this.#state;
    this.#state = { name: 'idle' };
    gesture.cancel();
  }

  #paintTo({ imageX, imageY }: ToolPointerEvent): void {
    if (this.#state.name !== 'painting') return;
    const { last, gesture } = this.#state;
    gesture.paint(last.imageX, last.imageY, imageX, imageY, this.#settings.radiusPx);
    this.#state = { ...this.#state, last: { imageX, imageY } };
  }
}
