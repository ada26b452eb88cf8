import { UNLABELED } from '../../labels/planes.ts';
import { type GestureNature, RefusedEditError, type StrokeGesture } from '../paintTarget.ts';
import type { ToolContext, ToolPointerEvent } from './tool.ts';

/** Begins a gesture on the open picture; where that is refused, tells the person why and returns `null`. */
export function beginGesture(context: ToolContext, classId: number, nature: GestureNature): StrokeGesture | null {
  try {
    return context.target.beginStroke(classId, nature);
  } catch (error) {
    if (!(error instanceof RefusedEditError)) throw error;
    context.refuse(error.message);
    return null;
  }
}

/** The gesture that a tool holds while a button is down. */
export class HeldGesture {
  readonly #context: ToolContext;
  readonly #nature: GestureNature;
  #held: { readonly gesture: StrokeGesture; readonly classId: number } | null = null;

  constructor(context: ToolContext, nature: GestureNature) {
    this.#context = context;
    this.#nature = nature;
  }

  get isActive(): boolean {
    return this.#held !== null;
  }

  get isUnlabeling(): boolean {
    return this.#held?.classId === UNLABELED;
  }

  /** What to paint with; `null` while no button is down. */
  get current(): StrokeGesture | null {
    return this.#held?.gesture ?? null;
  }

  /**
   * Begins a gesture of the chosen class, with the secondary button of unlabeled; one that is held is cancelled. `null`
   * where that is refused.
   */
  begin(button: ToolPointerEvent['button']): StrokeGesture | null {
    this.cancel();
    const classId = button === 'secondary' ? UNLABELED : this.#context.settings().classId;
    const gesture = beginGesture(this.#context, classId, this.#nature);
    if (gesture === null) return null;
    this.#held = { gesture, classId };
    this.#context.previewChanged();
    return gesture;
  }

  /** Ends the gesture, if one is held, as one edit. */
  commit(): void {
    this.#release()?.commit();
  }

  /** Ends the gesture, if one is held, as if it had not begun. */
  cancel(): void {
    this.#release()?.cancel();
  }

  #release(): StrokeGesture | null {
    const gesture = this.current;
    if (gesture === null) return null;
    this.#held = null;
    this.#context.previewChanged();
    return gesture;
  }
}
