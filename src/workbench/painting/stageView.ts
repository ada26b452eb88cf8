import type { HeatMap } from '../../canvas/layers/heatPixels.ts';
import type { LayerLook } from '../../canvas/layers/layerLook.ts';
import type { PixelPlace } from '../../canvas/layers/pinLayer.ts';
import type { PointedPlace } from '../../canvas/layers/suggestionLayer.ts';
import { type LitPixels, PictureView, type PictureViewEvents } from '../../canvas/view/pictureView.ts';
import type { ImagePoint } from '../../canvas/view/viewTransform.ts';
import { ProbeTool } from '../../editor/tools/probeTool.ts';
import type { Tool } from '../../editor/tools/tool.ts';
import { UNLABELED } from '../../labels/planes.ts';
import type { PixelRect } from '../../labels/rect.ts';
import { differingOnly } from '../../metrics/disagreement.ts';
import type { AppState } from '../../state/store.ts';
import { DEFAULT_LOOK } from '../../state/view.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import type { Stage } from '../stage.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** With less than this for both, two panes would show too little: the divider takes their place. */
const MIN_WIDTH_OF_PANES_PX = 480;
const PANE_GAP_PX = 2;

const LOOK_FACTS = Object.keys(DEFAULT_LOOK) as (keyof LayerLook)[];
const ARRANGED_FACTS = ['learnerB', 'view', 'divider', 'showsDifferencesOnly'] as const;
const BRUSH_FACTS = ['activeClassId', 'brushDiameterPx', 'toolId'] as const;

/** What the stage tells back. */
export interface StageViewEvents {
  /** The chosen tool, in hand for `picture`; it calls `previewChanged` whenever it shows something else. */
  takeTool(picture: ProjectPicture, previewChanged: () => void): Tool;
  growBrush(direction: 1 | -1): void;
  moveDivider(divider: number): void;
  /** The line between the two learners that are compared. */
  moveComparisonDivider(divider: number): void;
  /** A pixel was chosen. */
  pickPixel(x: number, y: number): void;
  /** The pointer is over this place, or over none. */
  point(place: ImagePoint | null): void;
}

/**
 * The picture on the screen: follows the store's look, classes and tool, and shows one picture at a time; while two
 * learners are compared, on either side of a divider, or in two panes that move and are painted on together.
 */
export class StageView implements Stage {
  readonly #host: HTMLElement;
  readonly #context: WorkbenchContext;
  readonly #events: StageViewEvents;
  readonly #view: PictureView;
  readonly #pane = createPane();
  readonly #resizes: ResizeObserver;
  readonly #stopFollowing: readonly (() => void)[];
  /** The pane of the learner that is compared with. */
  #second: { readonly pane: HTMLElement; readonly view: PictureView } | null = null;
  #picture: ProjectPicture | null = null;
  #tool: Tool | null = null;

  /** Draws into `host` until {@link dispose}. */
  constructor(host: HTMLElement, context: WorkbenchContext, events: StageViewEvents) {
    this.#host = host;
    this.#context = context;
    this.#events = events;
    host.append(this.#pane);
    this.#view = this.#createView(this.#pane, () => this.#second?.view ?? null);
    this.#resizes = new ResizeObserver(() => this.#arrange());
    this.#resizes.observe(host);
    this.#stopFollowing = [
      context.store.subscribe((state, former) => this.#follow(state, former)),
      context.events.on('documentChanged', ({ change }) => {
        if ('rect' in change && change.pictureId === this.#picture?.id) this.#invalidateLabels(change.rect);
      }),
      context.events.on('predictionChanged', (picture) => {
        if (picture === this.#picture) this.showPrediction();
      }),
    ];
  }

  get tool(): Tool | null {
    return this.#tool;
  }

  dispose(): void {
    this.finishGesture();
    for (const stop of this.#stopFollowing) stop();
    this.#resizes.disconnect();
    this.#closePane();
    this.#view.dispose();
    this.#pane.remove();
  }

  /** Shows an opened picture, or nothing. */
  show(picture: ProjectPicture | null): void {
    this.finishGesture();
    this.#picture = picture;
    this.#tool = null;
    for (const view of this.#views) this.#showPicture(view);
    if (picture === null || picture.opened === null) return;
    this.#takeTool();
    this.#arrange();
    this.#view.fit();
  }

  /** Shows what is predicted of the picture by now. */
  showPrediction(): void {
    const { shownPrediction: prediction = null, comparedPrediction = null } = this.#picture ?? {};
    const { showsDifferencesOnly } = this.#context.store.getState().comparison;
    const only = showsDifferencesOnly && prediction !== null && comparedPrediction !== null;
    const ofA = only ? differingOnly(prediction, comparedPrediction) : prediction;
    const ofB = only ? differingOnly(comparedPrediction, prediction) : comparedPrediction;
    this.#view.setPrediction(ofA);
    if (this.#second === null) this.#view.setOtherPrediction(ofB);
    else this.#second.view.setPrediction(ofB);
  }

  showHeldOut({ heldOut }: ProjectPicture): void {
    for (const view of this.#views) view.setHeldOut(heldOut);
  }

  #invalidateLabels(rect: PixelRect): void {
    for (const view of this.#views) view.invalidateLabels(rect);
  }

  /** A ring around a place of the picture, or none. */
  point(place: PointedPlace | null): void {
    for (const view of this.#views) view.point(place);
  }

  /** A heat map over the picture, or none; of two panes the first has it, for it is of that one's learner. */
  showHeat(map: HeatMap | null): void {
    this.#view.setHeat(map);
  }

  /** Marks one pixel, or none. */
  pin(place: PixelPlace | null): void {
    this.#view.pin(place);
  }

  /** Dims the picture but for these pixels, of the learner's own pane where there are two; `null`: nothing is dimmed. */
  light(pixels: LitPixels | null): void {
    this.#view.light(pixels);
  }

  fit(): void {
    this.#view.fit();
  }

  zoomBy(factor: number): void {
    this.#view.zoomBy(factor);
  }

  peek(isPeeking: boolean): void {
    for (const view of this.#views) view.peek(isPeeking);
  }

  /** Ends a press under way where it has come to: what was painted stands. */
  finishPress(): void {
    // It is in one pane alone, but both have its tool.
    for (const view of this.#views) view.finishPress();
  }

  /** As {@link finishPress}, and closes a polygon. */
  finishGesture(): void {
    this.finishPress();
    this.#tool?.finish();
  }

  /** Takes the tool away until the next picture is shown: nothing can be painted on one that is being left. */
  rest(): void {
    this.finishGesture();
    this.#tool = null;
    for (const view of this.#views) view.setTool(null);
  }

  /** Ends a gesture under way as if it had not begun; false when there was none. */
  cancelGesture(): boolean {
    return this.#views.map((view) => view.cancelGesture()).includes(true);
  }

  get #views(): readonly PictureView[] {
    return this.#second === null ? [this.#view] : [this.#view, this.#second.view];
  }

  /** Draws into `pane`; `beside`: the view that moves with it, if there is one. */
  #createView(pane: HTMLElement, beside: () => PictureView | null): PictureView {
    const { store } = this.#context;
    return new PictureView(pane, {
      onDividerMoved: (divider) => {
        if (store.getState().comparison.learnerB === null) this.#events.moveDivider(divider);
        else this.#events.moveComparisonDivider(divider);
      },
      onBrushWheel: (direction) => this.#events.growBrush(direction),
      onMoved: (view, isFitted) => beside()?.follow(view, isFitted),
      onPointed: (place) => {
        beside()?.pointElsewhere(place);
        this.#events.point(place);
      },
    } satisfies PictureViewEvents);
  }

  #showPicture(view: PictureView): void {
    const opened = this.#picture?.opened ?? null;
    if (this.#picture === null || opened === null) {
      view.setTool(null);
      view.setPicture(new ImageData(1, 1), 1, 1);
      return;
    }
    view.setPicture(opened.bitmap, opened.width, opened.height);
    view.setLabels(this.#picture.labels.planes);
    view.setHeldOut(this.#picture.heldOut);
    view.setTruth(this.#picture.truth);
  }

  /** One pane or two, and what they show. */
  #arrange(): void {
    const { learnerB, view, divider } = this.#context.store.getState().comparison;
    const hasRoom = this.#host.clientWidth >= MIN_WIDTH_OF_PANES_PX;
    const wantsPanes = learnerB !== null && view === 'panes' && hasRoom;
    if (wantsPanes && this.#second === null) this.#openPane();
    else if (!wantsPanes) this.#closePane();
    const hasSides = learnerB !== null && this.#second === null;
    this.#view.setSides(hasSides ? { divider, left: 'A', right: 'B' } : null);
    this.#showLook();
    this.#showColors();
    this.#showBrush();
    this.showPrediction();
  }

  #openPane(): void {
    const pane = createPane();
    const half = `calc(50% + ${PANE_GAP_PX / 2}px)`;
    this.#pane.style.right = half;
    pane.style.left = half;
    this.#host.append(pane);
    const view = this.#createView(pane, () => this.#view);
    this.#second = { pane, view };
    this.#showPicture(view);
    view.setTool(this.#tool);
    this.#view.setOtherPrediction(null);
    this.#view.fit();
  }

  #closePane(): void {
    if (this.#second === null) return;
    this.#second.view.finishPress();
    this.#second.view.dispose();
    this.#second.pane.remove();
    this.#second = null;
    this.#pane.style.right = '0';
    this.#view.pointElsewhere(null);
    this.#view.fit();
  }

  #takeTool(): void {
    const picture = this.#picture;
    if (picture === null) return;
    this.finishGesture();
    const { picksPixel } = this.#context.store.getState().inspection;
    this.#tool = picksPixel
      ? new ProbeTool({ target: picture.labels, pickPixel: (x, y) => this.#events.pickPixel(x, y) })
      : this.#events.takeTool(picture, () => {
          if (picture === this.#picture) this.#previewChanged();
        });
    for (const view of this.#views) view.setTool(this.#tool);
  }

  #previewChanged(): void {
    for (const view of this.#views) view.previewChanged();
  }

  #follow(state: AppState, former: AppState): void {
    const { painting, document, comparison, inspection, view } = state;
    const isOtherTool = painting.toolId !== former.painting.toolId;
    const areOtherClasses = document.classes !== former.document.classes;
    if (isOtherTool || inspection.picksPixel !== former.inspection.picksPixel) this.#takeTool();
    if (isOther(view, former.view, LOOK_FACTS)) this.#showLook();
    if (isOther(comparison, former.comparison, ARRANGED_FACTS)) this.#arrange();
    if (areOtherClasses || document.hiddenClassIds !== former.document.hiddenClassIds) this.#showColors();
    if (areOtherClasses || isOther(painting, former.painting, BRUSH_FACTS)) this.#showBrush();
  }

  #showLook(): void {
    const { view: look, comparison } = this.#context.store.getState();
    // While two are compared, the line is between them.
    const shown = comparison.learnerB === null ? look : { ...look, divider: null };
    for (const view of this.#views) view.setLayers(shown);
  }

  #showColors(): void {
    const { classes, hiddenClassIds } = this.#context.store.getState().document;
    const shown = classes.filter(({ id }) => !hiddenClassIds.has(id));
    for (const view of this.#views) view.setClassColors(new Map(shown.map((c) => [c.id, c.color])));
  }

  #showBrush(): void {
    const { painting, document } = this.#context.store.getState();
    const { activeClassId, brushDiameterPx } = painting;
    const active = activeClassId === UNLABELED ? undefined : document.classes.find((c) => c.id === activeClassId);
    for (const view of this.#views) view.setBrush({ radiusPx: brushDiameterPx / 2, color: active?.color ?? null });
  }
}

function isOther<Slice>(now: Slice, former: Slice, facts: readonly (keyof Slice)[]): boolean {
  return facts.some((fact) => now[fact] !== former[fact]);
}

function createPane(): HTMLElement {
  const pane = document.createElement('div');
  Object.assign(pane.style, { position: 'absolute', inset: '0' });
  return pane;
}
