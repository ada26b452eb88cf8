/** A pointer event as tools see it. */
export interface ToolPointerEvent {
  /** In image pixels; may lie outside the picture. */
  readonly imageX: number;
  readonly imageY: number;
  /** `secondary`: right mouse button or a pen's eraser end. The same from down to up. */
  readonly button: 'primary' | 'secondary';
  readonly shiftKey: boolean;
}

/**
 * What a pointer does to the picture. Gets `pointerDown`, any number of `pointerMove`, then `pointerUp` or `cancel`,
 * for one pointer at a time; moves outside of that are not sent.
 */
export interface Tool {
  pointerDown(event: ToolPointerEvent): void;
  pointerMove(event: ToolPointerEvent): void;
  pointerUp(event: ToolPointerEvent): void;
  /** Ends what is under way as if it had not begun. */
  cancel(): void;
  /** True while a gesture is under way that `cancel` would take back. */
  readonly isActive: boolean;
  /** True while the gesture under way makes pixels unlabeled; the cursor shows it. */
  readonly isUnlabeling: boolean;
}
