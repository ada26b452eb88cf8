import type { Phase } from '../../protocol.ts';
import type { LearningProject } from '../replica/learningProject.ts';
import type { Reports } from './reports.ts';

/** What the session is doing, as the page was last told. */
export class SessionStatus {
  readonly #reports: Reports;
  #phase: Phase = 'loading';
  #notice: string | null = null;

  constructor(reports: Reports) {
    this.#reports = reports;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Why training does not go on as asked, or ended early; `null` where there is nothing to say. */
  get notice(): string | null {
    return this.#notice;
  }

  set(project: LearningProject | null, phase: Phase, notice: string | null = null): void {
    this.#phase = phase;
    this.#notice = notice;
    this.#reports.status(project, phase, notice);
  }

  /** Tells of anything but the phase; with more steps to go, what was finished is paused. */
  tell(project: LearningProject): void {
    this.set(project, this.#phase === 'finished' ? project.restPhase : this.#phase);
  }
}
