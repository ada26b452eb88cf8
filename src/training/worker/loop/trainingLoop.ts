import { assertSteps } from '../commands/commandChecks.ts';
import type { CommandQueue } from '../commands/commandQueue.ts';
import type { GpuTest } from '../gpuTest/gpuTest.ts';
import type { EarlyStopping } from '../heldOut/earlyStopping.ts';
import type { LearningProject } from '../replica/learningProject.ts';
import type { Predictions } from '../reports/predictions.ts';
import type { Reports } from '../reports/reports.ts';
import { NOTHING_LABELED, NOTHING_TO_TRAIN_ON, stoppedEarly } from '../reports/sentences.ts';
import type { SessionStatus } from '../reports/sessionStatus.ts';
import type { Checkpoints } from '../snapshots/checkpoints.ts';
import type { Snapshots } from '../snapshots/snapshots.ts';
import type { TrainingRun } from './trainingRun.ts';

/** What of the session the training loop works with. */
export interface TrainingLoopSession {
  readonly run: TrainingRun;
  readonly earlyStopping: EarlyStopping;
  readonly predictions: Predictions;
  readonly reports: Reports;
  readonly status: SessionStatus;
  readonly queue: CommandQueue;
  readonly snapshots: Snapshots;
  readonly checkpoints: Checkpoints;
  readonly gpuTest: GpuTest;
}

/** Training as a person steers it: begun, paused, one step at a time, and ended by its budget or by held-out strokes. */
export class TrainingLoop {
  readonly #session: TrainingLoopSession;
  #isRunning = false;
  /** Training pauses at this step; `null`: it goes on to the end of its budget. */
  #pauseAt: number | null = null;

  constructor(session: TrainingLoopSession) {
    this.#session = session;
  }

  /** Whether {@link advance} is to be called while nothing else is asked. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** `steps`: that many, then a pause; `null`: to the end of the budget. */
  begin(project: LearningProject, steps: number | null): void {
    const { earlyStopping, run, status, checkpoints } = this.#session;
    assertSteps(steps);
    if (this.#isRunning || !this.canLearn(project)) return;
    project.learners.continueBudget();
    this.#pauseAt = steps === null ? null : project.trainer.step + steps;
    earlyStopping.waitFrom(project.trainer.step);
    this.#isRunning = true;
    run.interrupted();
    checkpoints.begin();
    status.set(project, project.trainer.step === 0 ? 'compiling' : 'training');
  }

  async pause(project: LearningProject): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    // A pause does not wait for shaders; there is nothing new to show.
    if (this.#session.run.isCompiling)
      this.#session.status.set(project, project.trainer.step === 0 ? 'ready' : 'paused');
    else await this.#settle(project, 'paused');
  }

  async singleStep(project: LearningProject): Promise<void> {
    const { run, status, snapshots } = this.#session;
    if (!this.canLearn(project)) return;
    await this.halt();
    if (project.trainer.step === 0) status.set(project, 'compiling');
    // Also for a learner that was kept: what it goes on with is compiled, and proved, before it changes.
    await this.#compile(project);
    await run.dispatch(project.learners, 1);
    snapshots.note(project);
    run.interrupted();
    await this.#settle(project, 'paused');
  }

  /** Takes the next steps, and shows what they led to when it is time to. */
  async advance(project: LearningProject): Promise<void> {
    const { run, earlyStopping, predictions, reports, status, queue, snapshots, checkpoints } = this.#session;
    if (!this.canLearn(project)) {
      await this.halt();
      return;
    }
    const { learners, trainer } = project;
    if (status.phase !== 'training' || learners.stepsAhead === 0) {
      if (!(await this.compiled(project))) return;
      status.set(project, 'training');
    }
    // One burst is always queued behind the one being computed: the processor stays busy and the queue shallow.
    const wanted = this.#pauseAt === null ? learners.stepsAhead : this.#pauseAt - trainer.step;
    const former = run.dispatch(learners, Math.max(1, Math.min(run.burstSteps, learners.stepsAhead, wanted)));
    snapshots.note(project);
    checkpoints.note(project);
    await former;
    reports.telemetry(project, run.takeTelemetry(false));
    if (project.budgetUsedUp || (this.#pauseAt !== null && trainer.step >= this.#pauseAt)) {
      this.#isRunning = false;
      await this.#settle(project, project.budgetUsedUp ? 'finished' : 'paused');
    } else if (run.predictionIsDue) {
      await predictions.show(project);
      const isTold = await earlyStopping.evaluate(project, () => queue.has(({ type }) => type !== 'probe'));
      if (isTold && earlyStopping.isOverdue(project)) await this.#stopEarly(project);
    }
  }

  /** Stops, and waits for the steps under way. */
  async halt(): Promise<void> {
    this.#isRunning = false;
    await this.#session.run.drain();
  }

  /** Stops at once after a failure: nobody waits any longer for the steps under way. */
  abandon(): void {
    this.#isRunning = false;
    this.#session.run.abandon();
  }

  /** Whether there is a label to learn from; else the page is told what is missing. */
  canLearn(project: LearningProject): boolean {
    if (project.trainer.trainingPictures > 0) return true;
    const notice = project.labeled ? NOTHING_TO_TRAIN_ON : NOTHING_LABELED;
    this.#session.status.set(project, project.trainer.step === 0 ? 'ready' : 'paused', notice);
    return false;
  }

  /** Waits until all is compiled, or, with `false`, until a command comes. */
  async compiled(project: LearningProject): Promise<boolean> {
    const { queue, run } = this.#session;
    const command = queue.comes().then(() => false);
    const done = this.#compile(project).then(() => true);
    return (await Promise.race([done, command])) || !run.isCompiling;
  }

  #compile(project: LearningProject): Promise<void> {
    const { run, gpuTest } = this.#session;
    return run.compile(() => gpuTest.compile(project, project.active?.id ?? null));
  }

  async #stopEarly(project: LearningProject): Promise<void> {
    const { run, earlyStopping, predictions, reports, status, snapshots } = this.#session;
    this.#isRunning = false;
    const { step } = project.trainer;
    // Two learners that are compared stay at the same step.
    const goesBack = project.settings.restoreBest && project.learners.b === null;
    const isBack = goesBack && (await earlyStopping.goBack(project, run));
    if (isBack) snapshots.wentBack(project);
    reports.telemetry(project, run.takeTelemetry(true));
    status.set(project, 'finished', stoppedEarly(step, earlyStopping.bestStep, isBack));
    if (isBack) await predictions.show(project);
  }

  async #settle(project: LearningProject, phase: 'paused' | 'finished'): Promise<void> {
    const { run, predictions, reports, status } = this.#session;
    await run.drain();
    reports.telemetry(project, run.takeTelemetry(true));
    status.set(project, phase);
    await predictions.show(project);
  }
}
