import { clearClass, clearLabels, clearStrokes, fillUnlabeled, paintStrokes } from '../../editor/labelEdits.ts';
import type { ProjectDocument } from '../../editor/projectDocument.ts';
import { acceptAll } from '../../editor/tools/acceptTool.ts';
import { PolygonTool } from '../../editor/tools/polygonTool.ts';
import type { Tool, ToolContext } from '../../editor/tools/tool.ts';
import { createTool, type ToolId } from '../../editor/tools/toolbox.ts';
import { UNLABELED } from '../../labels/planes.ts';
import { scaleStrokes } from '../../samples/samples.ts';
import type { PaintSlice } from '../../state/painting.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import { toolContextOf } from './toolContext.ts';

/** The brush's diameter in picture pixels. */
export const BRUSH_DIAMETER_PX = { min: 1, max: 256 } as const;

type PaintChoices = Pick<PaintSlice, 'fillTolerance' | 'acceptConfidence' | 'paintsOnlyUnlabeled'>;

/** What a person paints with, and what is done to the open picture's labels as a whole. */
export class PaintingActions {
  readonly #context: WorkbenchContext;
  #formerClassId = UNLABELED;

  constructor(context: WorkbenchContext) {
    this.#context = context;
    context.events.on('projectOpened', () => this.#startOver());
  }

  selectTool(toolId: ToolId): void {
    // Whoever takes a tool wants to paint with it, not to choose a pixel.
    this.#context.store.setFacts({ painting: { toolId }, inspection: { picksPixel: false } });
  }

  /** The chosen tool, in hand for `picture`; it calls `previewChanged` whenever it shows something else. */
  takeTool(picture: ProjectPicture, previewChanged: () => void): Tool {
    return createTool(this.#context.store.getState().painting.toolId, this.#toolContext(picture, previewChanged));
  }

  selectClass(classId: number): void {
    const { activeClassId } = this.#context.store.getState().painting;
    if (classId === activeClassId) return;
    this.#formerClassId = activeClassId;
    this.#context.store.setFacts({ painting: { activeClassId: classId } });
  }

  /** The class at a place in the list (0 is the first), if there is one. */
  selectClassAt(index: number): void {
    const chosen = this.#context.store.getState().document.classes[index];
    if (chosen !== undefined) this.selectClass(chosen.id);
  }

  /** Back to the class used before; to the first one where that is gone. */
  swapClass(): void {
    const { classes } = this.#context.store.getState().document;
    const former = this.#formerClassId;
    const isThere = former === UNLABELED || classes.some((c) => c.id === former);
    this.selectClass(isThere ? former : (classes[0]?.id ?? UNLABELED));
  }

  /** Selects the first class of a project that was opened. */
  #startOver(): void {
    this.#formerClassId = UNLABELED;
    const { classes } = this.#context.store.getState().document;
    this.#context.store.setFacts({ painting: { activeClassId: classes[0]?.id ?? UNLABELED } });
  }

  setBrushDiameter(px: number): void {
    const brushDiameterPx = Math.min(BRUSH_DIAMETER_PX.max, Math.max(BRUSH_DIAMETER_PX.min, Math.round(px)));
    this.#context.store.setFacts({ painting: { brushDiameterPx } });
  }

  /** A brush larger or smaller by about a fifth, at least one pixel. */
  growBrush(direction: 1 | -1): void {
    const { brushDiameterPx } = this.#context.store.getState().painting;
    this.setBrushDiameter(brushDiameterPx + direction * Math.max(1, Math.round(brushDiameterPx * 0.2)));
  }

  set(change: Partial<PaintChoices>): void {
    this.#context.store.setFacts({ painting: change });
    const { project, store } = this.#context;
    if (project !== null) project.document.paintsOnlyUnlabeled = store.getState().painting.paintsOnlyUnlabeled;
  }

  /** Ends what takes several clicks, a polygon; false where there is nothing to end. */
  finishGesture(): boolean {
    return this.#context.stage?.tool?.finish() ?? false;
  }

  /** Takes a polygon's newest corner back. */
  removeLastPoint(): void {
    const tool = this.#context.stage?.tool;
    if (tool instanceof PolygonTool) tool.removeLastPoint();
  }

  /** Labels every unlabeled pixel that the network is sure enough of with what it predicts. */
  acceptAll(): void {
    const { picture } = this.#context;
    if (picture === null) return;
    acceptAll(this.#toolContext(picture, () => undefined));
  }

  fillUnlabeled(classId: number): void {
    this.#edit((document, pictureId) => fillUnlabeled(document, pictureId, classId));
  }

  clearClass(classId: number): void {
    this.#edit((document, pictureId) => clearClass(document, pictureId, classId));
  }

  clearLabels(): void {
    this.#edit(clearLabels);
  }

  /** Clears every label that did not come with the picture. */
  clearOwnStrokes(): void {
    const origins = this.#context.picture?.labels.strokeOrigins;
    this.#edit((document, pictureId) =>
      clearStrokes(document, pictureId, (strokeId) => origins?.get(strokeId) !== 'starter'),
    );
  }

  /** Paints the built-in picture's strokes again; what a person painted elsewhere stays. */
  restoreStarterStrokes(): void {
    const picture = this.#context.picture;
    if (picture?.sample == null) return;
    const { sample, labels, originalWidth } = picture;
    const strokes = scaleStrokes(sample.strokes, labels.width / originalWidth);
    this.#edit((document, pictureId) => {
      const known = strokes.filter(({ classId }) => document.classes.some((c) => c.id === classId));
      return paintStrokes(document, pictureId, known, { name: 'Restore starter strokes', origin: 'starter' });
    });
  }

  #toolContext(picture: ProjectPicture, previewChanged: () => void): ToolContext {
    const pickClass = (classId: number) => {
      this.selectClass(classId);
      this.selectTool('brush');
    };
    return toolContextOf(this.#context, picture, { pickClass, previewChanged });
  }

  #edit(edit: (document: ProjectDocument, pictureId: string) => void): void {
    const { project, picture } = this.#context;
    if (project !== null && picture !== null) this.#context.attempt(() => edit(project.document, picture.id));
  }
}
