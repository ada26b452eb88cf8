import { UNLABELED } from '../../labels/planes.ts';
import type { GestureNature, StrokeGesture } from '../paintTarget.ts';
import { beginGesture } from './beginGesture.ts';
import type { Tool, ToolContext, ToolPointerEvent, ToolPreview } from './tool.ts';

/** A tool that holds one gesture while a button is down, and commits it as one edit when the button is released. */
export abstract class HeldTool implements Tool {
  abstract readonly cursor: Tool['cursor'];
  abstract readonly preview: ToolPreview | null;
  protected readonly context: ToolContext;
  readonly #nature: GestureNature;
  #held: { readonly gesture: StrokeGesture; readonly classId: number } | null = null;

  protected constructor(context: ToolContext, nature: GestureNature) {
    this.context = context;
    this.#nature = nature;
  }

  abstract pointerDown(event: ToolPointerEvent): void;
  abstract pointerMove(event: ToolPointerEvent): void;
  abstract pointerUp(event: ToolPointerEvent): void;

  get isActive(): boolean {
    return this.#held !== null;
  }

  get isUnlabeling(): boolean {
    return this.#held?.classId === UNLABELED;
  }

  hover(_event?: ToolPointerEvent | null): void {
    // Most have nothing to show before a button is down: the cursor layer follows the pointer by itself.
  }

  finish(): boolean {
    return false;
  }

  cancel(): void {
    this.#release()?.cancel();
  }

  /** What to paint with; `null` while no button is down. */
  protected get gesture(): StrokeGesture | null {
    return this.#held?.gesture ?? null;
  }

  /**
   * Begins a gesture of the chosen class, with the secondary button of unlabeled; one that is held is cancelled. `null`
   * where that is refused.
   */
  protected begin(button: ToolPointerEvent['button']): StrokeGesture | null {
    this.#release()?.cancel();
    const classId = button === 'secondary' ? UNLABELED : this.context.settings().classId;
    const gesture = beginGesture(this.context, classId, this.#nature);
    if (gesture === null) return null;
    this.#held = { gesture, classId };
    this.context.previewChanged();
    return gesture;
  }

  /** Ends the gesture, if one is held, as one edit. */
  protected commit(): void {
    this.#release()?.commit();
  }

  #release(): StrokeGesture | null {
    const { gesture } = this;
    if (gesture === null) return null;
    this.#held = null;
    this.context.previewChanged();
    return gesture;
  }
}
