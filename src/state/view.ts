import type { LayerLook } from '../canvas/layers/layerLook.ts';
import type { LabPanelId, PanelId } from '../settings/panels.ts';

export interface ViewSlice extends LayerLook {
  readonly theme: 'system' | 'light' | 'dark';
  /** The one dialog that is open. */
  readonly dialog: Dialog | null;
  /** The panel of the teaching lab that is open. */
  readonly labPanel: LabPanelId | null;
  /** The page is in another page's frame: as compact as can be, and apart from what this browser stores. */
  readonly isFramed: boolean;
  /** Those that stand at the picture, the oldest first. */
  readonly messages: readonly Message[];
  /** Parts of the page that a link hides. */
  readonly hiddenPanels: ReadonlySet<PanelId>;
}

export type Dialog =
  | {
      readonly name:
        | 'commands'
        | 'shortcuts'
        | 'share'
        | 'history'
        | 'projects'
        | 'export'
        | 'camera'
        | 'learningRate'
        | 'scene'
        | 'lessons';
    }
  /** Asks what becomes of the pixels of a class that is removed. */
  | { readonly name: 'removeClass'; readonly classId: number }
  /** Asks which class each value of a mask file stands for. */
  | { readonly name: 'importMask' };

/** One line for the person: what happened, what was kept, and the buttons that mend it. */
export interface Message {
  readonly id: number;
  readonly tone: 'info' | 'error';
  readonly text: string;
  readonly actionLabels: readonly string[];
}

/** Layers as they look unless a person chooses. */
export const DEFAULT_LOOK = {
  imageOpacity: 1,
  labelOpacity: 0.9,
  predictionOpacity: 0.6,
  labelStyle: 'fill',
  predictionStyle: 'fill',
  brightness: 0,
  contrast: 0,
  divider: null,
} as const satisfies LayerLook;

export const FIRST_VIEW: ViewSlice = {
  ...DEFAULT_LOOK,
  theme: 'system',
  dialog: null,
  labPanel: null,
  isFramed: false,
  hiddenPanels: new Set<PanelId>(),
  messages: [],
};
