import {
  type GameRecords,
  parseGameRecords,
  recordKey,
  storedGameRecords,
  withResult,
} from '../../settings/gameRecords.ts';
import type { DocumentSlice } from '../../state/document.ts';
import { afterNews, type GameNews, NO_GAME } from '../../state/fewestPixels.ts';
import { hasTruth, isOtherPicture, labeledPixels, openScores, withoutLearner } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';
import { keepText, readText } from '../browserText.ts';
import type { PaintingActions } from '../painting/paintingActions.ts';
import type { TrainingActions } from '../training/trainingActions.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

const KEY = 'unlabeled.fewestPixels';

/** The game on pictures with an exact mask: reach 90 % true mean IoU with the fewest painted pixels. */
export class TruthGameActions {
  readonly #context: WorkbenchContext;
  readonly #painting: PaintingActions;
  readonly #training: TrainingActions;

  constructor(context: WorkbenchContext, painting: PaintingActions, training: TrainingActions) {
    this.#context = context;
    this.#painting = painting;
    this.#training = training;
    context.store.subscribe((state, former) => this.#follow(state, former));
    context.events.on('learnerChanged', (how) => this.#tell({ type: how === 'gone' ? 'forgot' : 'left' }));
  }

  /** Clears the strokes, which can be undone, and what was learned, and begins. */
  start(): void {
    const { store, messages } = this.#context;
    const refusal = gameRefusal(store.getState());
    if (refusal !== null) {
      messages.info(refusal);
      return;
    }
    this.#painting.clearLabels();
    this.#tell({ type: 'started' });
    this.#training.reset();
  }

  giveUp(): void {
    this.#tell({ type: 'left' });
  }

  /** Puts a sentence on the clipboard. */
  async copy(sentence: string): Promise<void> {
    try {
      await this.#context.page.copyText(sentence);
      this.#context.messages.info('Copied.');
    } catch {
      this.#context.messages.info(`This browser does not let the page copy; here it is: ${sentence}`);
    }
  }

  #follow(state: AppState, former: AppState): void {
    const { document, training } = state;
    if (isOtherPicture(state, former) || document.width !== former.document.width) {
      const fewestPixels = this.#records().get(keyOf(document)) ?? null;
      this.#context.store.setFacts({ truthGame: { round: NO_GAME, fewestPixels } });
      return;
    }
    const labeledPx = labeledPixels(document);
    const scores = openScores(state);
    if (training.step > former.training.step) this.#tell({ type: 'stepped', labeledPx });
    if (scores !== openScores(former) && scores !== null) {
      this.#tell({ type: 'scored', trueMeanIou: scores.trueMeanIou, labeledPx });
    }
  }

  #tell(news: GameNews): void {
    const { store } = this.#context;
    const former = store.getState().truthGame.round;
    const round = afterNews(former, news);
    if (round === former) return;
    store.setFacts({ truthGame: { round } });
    if (round.phase === 'won') this.#record(round.paintedPx);
  }

  #record(paintedPx: number): void {
    const { store } = this.#context;
    const records = this.#records();
    const key = keyOf(store.getState().document);
    const kept = withResult(records, key, paintedPx);
    if (kept !== records) this.#keep(kept);
    store.setFacts({ truthGame: { fewestPixels: kept.get(key) ?? paintedPx } });
  }

  #records(): GameRecords {
    return parseGameRecords(readText(this.#context.page.storage, KEY));
  }

  #keep(records: GameRecords): void {
    if (!keepText(this.#context.page.storage, KEY, storedGameRecords(records))) {
      this.#context.messages.info('This browser keeps no records; this one lasts as long as the page.');
    }
  }
}

/** Why no round can begin, as a sentence; `null`: it can. */
export function gameRefusal(state: AppState): string | null {
  const { project, document } = state;
  if (project.readOnlyBecause !== null) return project.readOnlyBecause;
  if (!hasTruth(state)) return 'This picture has no exact mask to be measured by.';
  const reason = withoutLearner(state);
  if (reason !== null) return reason;
  return document.lockedClassIds.size > 0 ? 'Unlock the classes first: a round begins without any label.' : null;
}

function keyOf({ pictureId, width, height }: DocumentSlice): string {
  return recordKey(pictureId ?? '', width, height);
}
