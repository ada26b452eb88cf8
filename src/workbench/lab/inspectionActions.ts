import { type HeatMap, heatMapOf } from '../../canvas/layers/heatPixels.ts';
import type { PixelPlace } from '../../canvas/layers/pinLayer.ts';
import { type LabelPlanes, UNLABELED } from '../../labels/planes.ts';
import { type HeatMapKind, NO_INSPECTION } from '../../state/inspection.ts';
import type { AppState } from '../../state/store.ts';
import { NewestQuestion } from '../newestQuestion.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import type { InspectionEvent } from '../workbenchEvents.ts';

/** Heat maps of one inspection. */
export interface InspectedMaps {
  readonly labelLoss: HeatMap;
  /** `null` where there is no smoothness term. */
  readonly smoothness: HeatMap | null;
}

/** The open picture's loss, taken apart: heat maps over it, and single pixels of it. At work while a panel shows them. */
export class InspectionActions {
  readonly #context: WorkbenchContext;
  readonly #link: TrainingLink;
  readonly #question = new NewestQuestion(() => this.#ask());
  #maps: InspectedMaps | null = null;
  #pointed: PixelPlace | null = null;

  constructor(context: WorkbenchContext, link: TrainingLink) {
    this.#context = context;
    this.#link = link;
    context.store.subscribe((state, former) => this.#follow(state, former));
    context.events.on('inspected', (event) => this.#receive(event));
    context.events.on('pictureShown', () => this.pictureShown());
  }

  /** The newest maps of the open picture; `null`: it is not inspected. */
  get maps(): InspectedMaps | null {
    return this.#maps;
  }

  #receive(event: InspectionEvent): void {
    if (!this.#isOn || event.pictureId !== this.#context.picture?.id) return;
    const smoothness = event.smoothness && heatMapOf(new Float32Array(event.smoothness));
    const labelLoss = heatMapOf(new Float32Array(event.labelLoss));
    this.#maps = { labelLoss, smoothness };
    const greatest = { labelLoss: labelLoss.greatest, smoothness: smoothness?.greatest ?? null };
    this.#context.store.setFacts({ inspection: { newest: { step: event.step, tally: event.tally, greatest } } });
    this.#showHeat();
    void this.#question.due();
  }

  /** Another picture, or another view of it, is on the screen: what was known is dropped. */
  pictureShown(): void {
    this.#maps = null;
    this.#pointed = null;
    this.#context.store.setFacts({ inspection: NO_INSPECTION });
    if (this.#isOn) this.pinLabeled();
  }

  showMap(heatMap: HeatMapKind): void {
    this.#context.store.setFacts({ inspection: { heatMap } });
  }

  /** Whether a press on the picture chooses a pixel instead of painting. */
  setPicking(picksPixel: boolean): void {
    this.#context.store.setFacts({ inspection: { picksPixel } });
  }

  /** Chooses a pixel of the open picture; one outside is moved to its edge. */
  pin(x: number, y: number): void {
    const { width, height } = this.#context.store.getState().document;
    if (width === 0 || height === 0) return;
    const within = (value: number, length: number) => Math.max(0, Math.min(length - 1, Math.round(value)));
    this.#context.store.setFacts({ inspection: { pinnedPixel: { x: within(x, width), y: within(y, height) } } });
  }

  /** Chooses a labeled pixel, or the picture's middle where there is none. */
  pinLabeled(): void {
    this.#pinOneOf((id) => id !== UNLABELED);
  }

  /** Chooses an unlabeled pixel near the middle of those. */
  pinUnlabeled(): void {
    this.#pinOneOf((id) => id === UNLABELED);
  }

  /** The pointer is over this place of the picture, or over none. */
  point(place: { readonly imageX: number; readonly imageY: number } | null): void {
    const { view, document } = this.#context.store.getState();
    if (view.labPanel !== 'gradient') return;
    const { width, height } = document;
    const [x, y] = place === null ? [-1, -1] : [Math.floor(place.imageX), Math.floor(place.imageY)];
    const pointed = x >= 0 && y >= 0 && x < width && y < height ? { x, y } : null;
    if (pointed?.x === this.#pointed?.x && pointed?.y === this.#pointed?.y) return;
    this.#pointed = pointed;
    void this.#question.due();
  }

  get #isOn(): boolean {
    const { labPanel } = this.#context.store.getState().view;
    return labPanel === 'gradient' || labPanel === 'slowly';
  }

  #pinOneOf(isWanted: (classId: number) => boolean): void {
    const planes = this.#context.picture?.labels.planes;
    if (planes === undefined) return;
    const { x, y } = middleOf(planes, isWanted) ?? { x: planes.width >> 1, y: planes.height >> 1 };
    this.pin(x, y);
  }

  #follow(state: AppState, former: AppState): void {
    if (state.view.labPanel !== former.view.labPanel) this.#followPanel(state, former);
    if (state.inspection.heatMap !== former.inspection.heatMap) this.#showHeat();
    if (state.inspection.pinnedPixel !== former.inspection.pinnedPixel) {
      this.#showPin();
      void this.#question.due();
    }
  }

  #followPanel({ view, inspection }: AppState, former: AppState): void {
    const wasOn = former.view.labPanel === 'gradient' || former.view.labPanel === 'slowly';
    this.#pointed = null;
    this.setPicking(view.labPanel === 'slowly');
    if (this.#isOn !== wasOn) this.#link.inspect(this.#isOn);
    if (!this.#isOn) {
      this.#maps = null;
      this.#context.store.setFacts({ inspection: { newest: null, probed: null } });
    }
    if (this.#isOn && inspection.pinnedPixel === null) this.pinLabeled();
    this.#showHeat();
    this.#showPin();
    void this.#question.due();
  }

  #showHeat(): void {
    const { view, inspection } = this.#context.store.getState();
    this.#context.stage?.showHeat(view.labPanel === 'gradient' ? (this.#maps?.[inspection.heatMap] ?? null) : null);
  }

  #showPin(): void {
    this.#context.stage?.pin(this.#isOn ? this.#context.store.getState().inspection.pinnedPixel : null);
  }

  /** Asks for the pixel that is pointed at or pinned. */
  async #ask(): Promise<void> {
    const { store, picture } = this.#context;
    const place = this.#pointed ?? store.getState().inspection.pinnedPixel;
    if (place === null || picture === null || this.#maps === null) {
      if (store.getState().inspection.probed !== null) store.setFacts({ inspection: { probed: null } });
      return;
    }
    // A learner that broke says so itself.
    const now = await this.#link.client.probe(picture.id, place.x, place.y).catch(() => null);
    // It may have gone meanwhile, and what was asked with it.
    if (now === null || picture !== this.#context.picture || !this.#isOn) return;
    const former = store.getState().inspection.probed;
    const isSame =
      former?.now.x === now.x && former.now.y === now.y && former.now.outputs.length === now.outputs.length;
    const before = !isSame || former === null ? null : former.now.step < now.step ? former.now : former.before;
    const probed = { now, before: before !== null && before.step < now.step ? before : null };
    store.setFacts({ inspection: { probed } });
  }
}

/** The middle one, in reading order, of the pixels whose class is wanted. */
function middleOf({ classIds, width }: LabelPlanes, isWanted: (classId: number) => boolean): PixelPlace | null {
  let count = 0;
  for (const id of classIds) if (isWanted(id)) count++;
  if (count === 0) return null;
  let left = count >> 1;
  const index = classIds.findIndex((id) => isWanted(id) && left-- === 0);
  return { x: index % width, y: Math.floor(index / width) };
}
