import { type GestureNature, RefusedEditError, type StrokeGesture } from '../paintTarget.ts';
import type { ToolContext } from './tool.ts';

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
