import type { LayerLook } from '../canvas/layerLook.ts';
import { PictureView } from '../canvas/pictureView.ts';
import type { PointedPlace } from '../canvas/suggestionLayer.ts';
import type { Tool, ToolContext } from '../editor/tools/tool.ts';
import { createTool } from '../editor/tools/toolbox.ts';
import { UNLABELED } from '../labels/planes.ts';
import type { PixelRect } from '../labels/rect.ts';
import { type AppState, DEFAULT_LOOK } from '../state/store.ts';
import type { Bench } from './bench.ts';
import type { Prediction, ProjectPicture } from './projectPicture.ts';

/** Colour distance of a whole picture, black to white: what a tolerance of 100 bridges. */
const LARGEST_COLOR_DISTANCE = 255 * Math.sqrt(3);

const LOOK_FACTS = Object.keys(DEFAULT_LOOK) as (keyof LayerLook)[];

/** What the stage tells back. */
export interface StageViewEvents {
  pickClass(classId: number): void;
  growBrush(direction: 1 | -1): void;
  moveDivider(divider: number): void;
}

/** The picture on the screen: follows the store's look, classes and tool, and shows one picture at a time. */
export class StageView {
  readonly #bench: Bench;
  readonly #events: StageViewEvents;
  readonly #view: PictureView;
  readonly #stopFollowing: () => void;
  #picture: ProjectPicture | null = null;
  #tool: Tool | null = null;

  /** Draws into `host` until {@link dispose}. */
  constructor(host: HTMLElement, bench: Bench, events: StageViewEvents) {
    this.#bench = bench;
    this.#events = events;
    this.#view = new PictureView(host, {
      onDividerMoved: (divider) => events.moveDivider(divider),
      onBrushWheel: (direction) => events.growBrush(direction),
    });
    this.#stopFollowing = bench.store.subscribe((state, former) => this.#follow(state, former));
  }

  get tool(): Tool | null {
    return this.#tool;
  }

  dispose(): void {
    this.#stopFollowing();
    this.#view.dispose();
  }

  /** Shows an opened picture, or nothing. */
  show(picture: ProjectPicture | null): void {
    const view = this.#view;
    this.#picture = picture;
    const opened = picture?.opened ?? null;
    if (picture === null || opened === null) {
      view.setTool(null);
      this.#tool = null;
      view.setPicture(new ImageData(1, 1), 1, 1);
      return;
    }
    view.setPicture(opened.bitmap, opened.width, opened.height);
    view.setLabels(picture.labels.planes);
    view.setHeldOut(picture.heldOut);
    view.setTruth(picture.truth);
    view.setPrediction(picture.prediction);
    this.#takeTool();
    this.#showColors();
    view.setLayers(this.#bench.store.getState());
    this.#showBrush();
    view.fit();
  }

  showPrediction(prediction: Prediction | null): void {
    this.#view.setPrediction(prediction);
  }

  showHeldOut({ heldOut }: ProjectPicture): void {
    this.#view.setHeldOut(heldOut);
  }

  invalidateLabels(rect: PixelRect): void {
    this.#view.invalidateLabels(rect);
  }

  /** A ring around a place of the picture, or none. */
  point(place: PointedPlace | null): void {
    this.#view.point(place);
  }

  fit(): void {
    this.#view.fit();
  }

  zoomBy(factor: number): void {
    this.#view.zoomBy(factor);
  }

  peek(isPeeking: boolean): void {
    this.#view.peek(isPeeking);
  }

  /** Ends a gesture under way as if it had not begun; false when there was none. */
  cancelGesture(): boolean {
    return this.#view.cancelGesture();
  }

  #takeTool(): void {
    const picture = this.#picture;
    if (picture === null) return;
    this.#tool = createTool(this.#bench.store.getState().toolId, this.#contextFor(picture));
    this.#view.setTool(this.#tool);
  }

  #contextFor(picture: ProjectPicture): ToolContext {
    const { store, messages, project } = this.#bench;
    return {
      target: picture.labels,
      settings: () => {
        const { activeClassId, brushDiameterPx, fillTolerance, acceptConfidence } = store.getState();
        return {
          classId: activeClassId,
          radiusPx: brushDiameterPx / 2,
          fillTolerance: (fillTolerance / 100) * LARGEST_COLOR_DISTANCE,
          acceptConfidence: acceptConfidence * 255,
        };
      },
      pixels: () => picture.opened?.pixels ?? new Uint8Array(),
      superpixels: () => {
        if (picture.superpixels === null) void this.#cut(picture);
        return picture.superpixels;
      },
      prediction: () => picture.prediction,
      canPaint: (classId) => project?.document.takesPaint(classId) ?? false,
      pickClass: (classId) => this.#events.pickClass(classId),
      refuse: (sentence) => messages.info(sentence),
      previewChanged: () => this.#view.previewChanged(),
    };
  }

  /** The context of the open picture's tools, for what acts on the picture as a whole. */
  get context(): ToolContext | null {
    return this.#picture === null ? null : this.#contextFor(this.#picture);
  }

  async #cut(picture: ProjectPicture): Promise<void> {
    const { store, messages } = this.#bench;
    store.setState({ cutting: true });
    try {
      await picture.cut();
    } catch (error) {
      messages.error(error instanceof Error ? error.message : String(error));
    } finally {
      store.setState({ cutting: false });
    }
    if (picture === this.#picture) this.#view.previewChanged();
  }

  #follow(state: AppState, former: AppState): void {
    const changed = (...facts: readonly (keyof AppState)[]) => facts.some((fact) => state[fact] !== former[fact]);
    if (changed('toolId')) this.#takeTool();
    if (changed(...LOOK_FACTS)) this.#view.setLayers(state);
    if (changed('classes', 'hiddenClassIds')) this.#showColors();
    if (changed('classes', 'activeClassId', 'brushDiameterPx', 'toolId')) this.#showBrush();
  }

  #showColors(): void {
    const { classes, hiddenClassIds } = this.#bench.store.getState();
    const shown = classes.filter(({ id }) => !hiddenClassIds.has(id));
    this.#view.setClassColors(new Map(shown.map((c) => [c.id, c.color])));
  }

  #showBrush(): void {
    const { activeClassId, brushDiameterPx, classes } = this.#bench.store.getState();
    const color = activeClassId === UNLABELED ? null : (classes.find((c) => c.id === activeClassId)?.color ?? null);
    this.#view.setBrush({ radiusPx: brushDiameterPx / 2, color });
  }
}
