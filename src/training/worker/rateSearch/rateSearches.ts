import type { TrainingLoop } from '../loop/trainingLoop.ts';
import type { TrainingRun } from '../loop/trainingRun.ts';
import type { LearningProject } from '../replica/learningProject.ts';
import type { Reports } from '../reports/reports.ts';
import { sentenceOf } from '../reports/sentences.ts';
import type { SessionStatus } from '../reports/sessionStatus.ts';
import { RateSearch } from './rateSearch.ts';

/** What of the session a search works with. */
export interface RateSearchesSession {
  readonly run: TrainingRun;
  readonly training: TrainingLoop;
  readonly reports: Reports;
  readonly status: SessionStatus;
  /** Milliseconds on a monotonic clock. */
  now(): number;
}

/** Searches for a learning rate, one at a time: begun, carried on between two commands, ended. */
export class RateSearches {
  readonly #session: RateSearchesSession;
  #underWay: { readonly project: LearningProject; readonly search: RateSearch } | null = null;

  constructor(session: RateSearchesSession) {
    this.#session = session;
  }

  get isUnderWay(): boolean {
    return this.#underWay !== null;
  }

  /** Begins a search in place of training; without labels to learn from it is over at once. */
  async begin(project: LearningProject): Promise<void> {
    const { run, training, reports, status, now } = this.#session;
    const canLearn = training.canLearn(project);
    await training.halt();
    if (!canLearn) {
      reports.rateSearch(project, [], { because: status.notice });
      return;
    }
    reports.telemetry(project, run.takeTelemetry(true));
    this.#underWay = { project, search: new RateSearch(project, reports, now) };
    status.set(project, 'compiling');
  }

  /** Tries the next few rates. */
  async advance(): Promise<void> {
    if (this.#underWay === null) return;
    const { project, search } = this.#underWay;
    const { training, status } = this.#session;
    try {
      if (status.phase === 'compiling') {
        if (!(await training.compiled(project))) return;
        status.set(project, 'searching');
      }
      if (await search.advance()) this.end(null);
    } catch (error) {
      this.end(sentenceOf(error));
      throw error;
    }
  }

  /** Puts the learner back as it was before the search, if one is under way. `because`: why before its time, if so. */
  end(because: string | null): void {
    if (this.#underWay === null) return;
    const { project, search } = this.#underWay;
    this.#underWay = null;
    search.end(because);
    this.#session.run.interrupted();
    this.#session.status.set(project, project.restPhase);
  }
}
