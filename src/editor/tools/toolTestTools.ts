import { type LabelPlanes, UNLABELED } from '../../labels/planes.ts';
import type { SegmentationClass } from '../../settings/classes.ts';
import type { PictureLabels } from '../pictureLabels.ts';
import { ProjectDocument } from '../projectDocument.ts';
import type { PaintSettings, SuperpixelMap, Tool, ToolContext, ToolPointerEvent } from './tool.ts';

export const WIDTH = 40;
export const HEIGHT = 30;

const CLASSES: readonly SegmentationClass[] = [
  { id: 1, name: 'One', color: '#2458b4' },
  { id: 2, name: 'Two', color: '#f03c14' },
  { id: 7, name: 'Seven', color: '#40a040' },
];

/** What a tool reaches in a test: a real project, and what else a test sets. */
export class ToolStand implements ToolContext {
  readonly document: ProjectDocument;
  readonly picture: PictureLabels;
  target: PictureLabels;
  chosen: PaintSettings = { classId: 1, radiusPx: 0.5, fillTolerance: 10, acceptConfidence: 128 };
  picturePixels = new Uint8ClampedArray(4 * WIDTH * HEIGHT);
  superpixelMap: SuperpixelMap | null = null;
  predicted: { readonly classMap: Uint8Array; readonly confidence: Uint8Array } | null = null;
  readonly sentences: string[] = [];
  readonly picked: number[] = [];
  previewChangeCount = 0;

  constructor(planes?: LabelPlanes) {
    const size = { width: WIDTH, height: HEIGHT };
    this.document = new ProjectDocument({
      classes: CLASSES,
      pictures: [
        { id: 'a', name: 'A', ...size, ...(planes && { planes }) },
        { id: 'b', name: 'B', ...size },
      ],
    });
    this.picture = this.document.picture('a');
    this.target = this.picture;
  }

  /** Pixels per class id, the last of 256 the unlabeled ones. */
  get counts(): Uint32Array {
    return this.picture.counts;
  }

  settings(): PaintSettings {
    return this.chosen;
  }

  choose(settings: Partial<PaintSettings>): void {
    this.chosen = { ...this.chosen, ...settings };
  }

  pixels(): Uint8ClampedArray {
    return this.picturePixels;
  }

  superpixels(): SuperpixelMap | null {
    return this.superpixelMap;
  }

  prediction(): ToolStand['predicted'] {
    return this.predicted;
  }

  canPaint(classId: number): boolean {
    const { classes, lockedClassIds } = this.document;
    return classes.some(({ id }) => id === classId) && !lockedClassIds.has(classId);
  }

  pickClass(classId: number): void {
    this.picked.push(classId);
  }

  refuse(sentence: string): void {
    this.sentences.push(sentence);
  }

  previewChanged(): void {
    this.previewChangeCount++;
  }

  /** Row-major indices of the pixels of a class. */
  pixelsOf(classId: number): number[] {
    return [...this.picture.classIds.keys()].filter((i) => this.picture.classIds[i] === classId);
  }

  /** Labels some pixels, as one edit. */
  label(classId: number, isInside: (x: number, y: number) => boolean): void {
    const gesture = this.picture.beginStroke(classId, { name: 'Brush' });
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) if (isInside(x, y)) gesture.paint(x + 0.5, y + 0.5, x + 0.5, y + 0.5, 0.5);
    }
    gesture.commit();
  }
}

/** A pointer event with the primary button of a mouse, one image pixel a screen pixel. */
export function at(imageX: number, imageY: number, more: Partial<ToolPointerEvent> = {}): ToolPointerEvent {
  return { imageX, imageY, button: 'primary', shiftKey: false, pressure: null, imagePxPerScreenPx: 1, ...more };
}

/** Presses at the first point, moves over those between and releases at the last. */
export function drag(tool: Tool, points: readonly (readonly [number, number])[], more: Partial<ToolPointerEvent> = {}) {
  for (const [i, [x, y]] of points.entries()) {
    if (i === 0) tool.pointerDown(at(x, y, more));
    else if (i < points.length - 1) tool.pointerMove(at(x, y, more));
  }
  const [x, y] = points.at(-1) ?? [0, 0];
  tool.pointerUp(at(x, y, more));
}

export function click(tool: Tool, imageX: number, imageY: number, more: Partial<ToolPointerEvent> = {}): void {
  drag(tool, [[imageX, imageY]], more);
}

/** All of a picture's pixels of a predicate, row-major. */
export function indicesWhere(isInside: (x: number, y: number) => boolean): number[] {
  return Array.from({ length: WIDTH * HEIGHT }, (_, i) => i).filter((i) => isInside(i % WIDTH, Math.floor(i / WIDTH)));
}

/** Class map and confidences, given per pixel. */
export function predictionOf(at: (x: number, y: number) => readonly [classId: number, confidence: number]) {
  const classMap = new Uint8Array(WIDTH * HEIGHT).fill(UNLABELED);
  const confidence = new Uint8Array(WIDTH * HEIGHT);
  for (let i = 0; i < classMap.length; i++) {
    const [classId, certainty] = at(i % WIDTH, Math.floor(i / WIDTH));
    classMap[i] = classId;
    confidence[i] = certainty;
  }
  return { classMap, confidence };
}
