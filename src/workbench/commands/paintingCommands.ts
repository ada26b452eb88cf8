import type { ToolId } from '../../editor/tools/toolbox.ts';
import { UNLABELED } from '../../labels/planes.ts';
import { labeledPixels } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';
import type { Workbench } from '../workbench.ts';
import { firstOf, readOnly, type WorkbenchCommand, withoutPicture } from './workbenchCommand.ts';

/** Tools that paint the chosen class; the others would leave “unlabeled” without effect. */
const CLASS_TOOLS: readonly ToolId[] = ['brush', 'line', 'polygon', 'lasso', 'fill', 'superpixel'];

const paintable = firstOf(readOnly, withoutPicture);

const needsPolygon: WorkbenchCommand['refusal'] = ({ painting }) =>
  painting.toolId === 'polygon' ? null : 'This belongs to the polygon tool.';

const needsLabels = firstOf(paintable, ({ document }) =>
  labeledPixels(document) === 0 ? 'Nothing is labeled here.' : null,
);

export const PAINTING_COMMANDS: readonly WorkbenchCommand[] = [
  tool('brush', 'b', 'Class brush: paints the chosen class', 'pencil paint draw'),
  tool('line', 'k', 'Line: straight, from point to point', 'ruler'),
  tool('polygon', 'g', 'Polygon: click its corners', 'outline area'),
  tool('lasso', 'o', 'Lasso: draw around an area', 'freehand outline area'),
  tool('fill', 'h', 'Flood fill: an area of similar colour', 'bucket magic wand'),
  tool('superpixel', 'j', 'Superpixels: patches of similar colour', 'slic segments patches'),
  tool('picker', 'i', 'Picker: take the class under the pointer', 'eyedropper pipette'),
  tool('accept', 'a', 'Accept: brush over what the network predicts right', 'prediction confirm pseudo-labels'),
  {
    id: 'unlabeled',
    label: 'Unlabeled brush: takes labels away',
    group: 'Painting',
    keys: ['u', 'e'],
    alsoCalled: 'eraser rubber delete ignore',
    perform: ({ painting, store }) => {
      if (!CLASS_TOOLS.includes(store.getState().painting.toolId)) painting.selectTool('brush');
      painting.selectClass(UNLABELED);
    },
  },
  {
    id: 'swap',
    label: 'Back to the class used before',
    group: 'Painting',
    keys: ['x'],
    alsoCalled: 'switch',
    perform: (w) => w.painting.swapClass(),
  },
  {
    id: 'smaller',
    label: 'Smaller brush',
    group: 'Painting',
    keys: ['BracketLeft'],
    alsoCalled: 'size',
    repeats: true,
    perform: (w) => w.painting.growBrush(-1),
  },
  {
    id: 'larger',
    label: 'Larger brush',
    group: 'Painting',
    keys: ['BracketRight'],
    alsoCalled: 'bigger size',
    repeats: true,
    perform: (w) => w.painting.growBrush(1),
  },
  {
    id: 'onlyUnlabeled',
    label: 'Paint only where nothing is labeled',
    group: 'Painting',
    keys: ['Shift+U'],
    alsoCalled: 'protect labels',
    perform: ({ painting, store }) =>
      painting.set({ paintsOnlyUnlabeled: !store.getState().painting.paintsOnlyUnlabeled }),
  },
  {
    id: 'finish',
    label: 'Close the polygon',
    group: 'Painting',
    keys: ['Enter'],
    refusal: needsPolygon,
    perform: (w) => w.painting.finishGesture(),
  },
  {
    id: 'removeLastPoint',
    label: 'Take the polygon’s last corner back',
    group: 'Painting',
    keys: ['Backspace'],
    refusal: needsPolygon,
    perform: (w) => w.painting.removeLastPoint(),
  },
  {
    id: 'cancel',
    label: 'Leave the stroke under way',
    group: 'Painting',
    keys: ['Escape'],
    alsoCalled: 'cancel abort',
    perform: (w) => w.cancelGesture(),
  },
  {
    id: 'undo',
    label: 'Undo',
    group: 'Painting',
    keys: ['$mod+z'],
    repeats: true,
    refusal: ({ document }) => (document.canUndo ? null : 'There is nothing to undo.'),
    perform: (w) => w.history.undo(),
  },
  {
    id: 'redo',
    label: 'Redo',
    group: 'Painting',
    keys: ['$mod+Shift+z', '$mod+y'],
    repeats: true,
    refusal: ({ document }) => (document.canRedo ? null : 'There is nothing to redo.'),
    perform: (w) => w.history.redo(),
  },
  {
    id: 'history',
    label: 'History: back or forth to any edit',
    group: 'Painting',
    keys: [],
    alsoCalled: 'steps timeline versions',
    perform: (w) => w.openDialog({ name: 'history' }),
  },
  {
    id: 'acceptAll',
    label: 'Accept the prediction wherever it is sure enough',
    group: 'Painting',
    keys: ['Shift+A'],
    alsoCalled: 'all pseudo-labels confirm',
    refusal: firstOf(paintable, ({ training }) =>
      training.predictionStep === null ? 'There is no prediction yet.' : null,
    ),
    perform: (w) => w.painting.acceptAll(),
  },
  {
    id: 'clearLabels',
    label: 'Clear all labels of the picture',
    group: 'Painting',
    keys: [],
    alsoCalled: 'delete erase everything',
    refusal: needsLabels,
    perform: (w) => w.painting.clearLabels(),
  },
  {
    id: 'clearOwnStrokes',
    label: 'Clear my strokes, keep the starter strokes',
    group: 'Painting',
    keys: [],
    refusal: firstOf(needsLabels, withoutStarterStrokes),
    perform: (w) => w.painting.clearOwnStrokes(),
  },
  {
    id: 'restoreStarterStrokes',
    label: 'Restore the starter strokes',
    group: 'Painting',
    keys: [],
    refusal: firstOf(paintable, withoutStarterStrokes),
    perform: (w) => w.painting.restoreStarterStrokes(),
  },
];

export const CLASS_COMMANDS: readonly WorkbenchCommand[] = [
  {
    id: 'addClass',
    label: 'Add a class',
    group: 'Classes',
    keys: ['n'],
    alsoCalled: 'new category',
    refusal: readOnly,
    perform: (w) => w.classes.add(),
  },
  {
    id: 'hideClass',
    label: 'Hide or show the chosen class',
    group: 'Classes',
    keys: ['Shift+H'],
    alsoCalled: 'visible eye',
    refusal: withoutClass,
    perform: (w) => onClass(w, (id, { document }) => w.classes.setHidden(id, !document.hiddenClassIds.has(id))),
  },
  {
    id: 'lockClass',
    label: 'Lock or unlock the chosen class',
    group: 'Classes',
    keys: ['Shift+L'],
    alsoCalled: 'protect',
    refusal: withoutClass,
    perform: (w) => onClass(w, (id, { document }) => w.classes.setLocked(id, !document.lockedClassIds.has(id))),
  },
  {
    id: 'fillUnlabeled',
    label: 'Fill the rest of the picture with the chosen class',
    group: 'Classes',
    keys: ['Shift+F'],
    alsoCalled: 'background everything unlabeled',
    refusal: firstOf(paintable, withoutClass),
    perform: (w) => onClass(w, (id) => w.painting.fillUnlabeled(id)),
  },
  {
    id: 'clearClass',
    label: 'Clear the chosen class’s labels in this picture',
    group: 'Classes',
    keys: [],
    alsoCalled: 'delete erase pixels',
    refusal: firstOf(paintable, withoutClass, ({ painting, document }) =>
      (document.labeledByClass[painting.activeClassId] ?? 0) > 0 ? null : 'The chosen class has no labels here.',
    ),
    perform: (w) => onClass(w, (id) => w.painting.clearClass(id)),
  },
  {
    id: 'removeClass',
    label: 'Remove the chosen class, or make it another one',
    group: 'Classes',
    keys: [],
    alsoCalled: 'delete merge',
    refusal: firstOf(readOnly, withoutClass),
    perform: (w) => onClass(w, (id) => w.classes.remove(id)),
  },
];

function tool(id: ToolId, key: string, label: string, alsoCalled: string): WorkbenchCommand {
  return {
    id,
    label,
    group: 'Painting',
    keys: [key],
    alsoCalled,
    perform: ({ painting, store }) => {
      painting.selectTool(id);
      // The class brush paints: without a class it would be the unlabeled brush.
      if (id === 'brush' && store.getState().painting.activeClassId === UNLABELED) painting.swapClass();
    },
  };
}

function withoutStarterStrokes({ document }: AppState): string | null {
  return document.hasStarterStrokes ? null : 'Only built-in pictures have starter strokes.';
}

function withoutClass({ painting }: AppState): string | null {
  return painting.activeClassId === UNLABELED ? 'Choose a class first.' : null;
}

function onClass({ store }: Workbench, act: (classId: number, state: AppState) => void): void {
  const state = store.getState();
  const { activeClassId } = state.painting;
  if (activeClassId !== UNLABELED) act(activeClassId, state);
}
