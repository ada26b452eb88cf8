import type { ToolContext } from '../../editor/tools/tool.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import { tellFailure } from '../tellFailure.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** Colour distance of a whole picture, black to white: what a tolerance of 100 bridges. */
const LARGEST_COLOR_DISTANCE = 255 * Math.sqrt(3);

/** What a tool tells whoever has it in hand. */
export interface ToolEvents {
  pickClass(classId: number): void;
  /** The tool's preview or cursor has changed. */
  previewChanged(): void;
}

/** What the tools reach of `picture` and of what a person chose for painting. */
export function toolContextOf(context: WorkbenchContext, picture: ProjectPicture, events: ToolEvents): ToolContext {
  const { store, messages, project } = context;
  return {
    target: picture.labels,
    settings: () => {
      const { activeClassId, brushDiameterPx, fillTolerance, acceptConfidence } = store.getState().painting;
      return {
        classId: activeClassId,
        radiusPx: brushDiameterPx / 2,
        fillTolerance: (fillTolerance / 100) * LARGEST_COLOR_DISTANCE,
        acceptConfidence: acceptConfidence * 255,
      };
    },
    pixels: () => picture.opened?.pixels ?? new Uint8Array(),
    superpixels: () => {
      if (picture.superpixels === null) void cut(context, picture).then(() => events.previewChanged());
      return picture.superpixels;
    },
    prediction: () => picture.shownPrediction,
    canPaint: (classId) => project?.document.takesPaint(classId) ?? false,
    pickClass: (classId) => events.pickClass(classId),
    refuse: (sentence) => messages.info(sentence),
    previewChanged: () => events.previewChanged(),
  };
}

async function cut(context: WorkbenchContext, picture: ProjectPicture): Promise<void> {
  const { store } = context;
  store.setFacts({ painting: { cutting: true } });
  try {
    await picture.cut();
  } catch (error) {
    tellFailure(context, error);
  } finally {
    store.setFacts({ painting: { cutting: false } });
  }
}
