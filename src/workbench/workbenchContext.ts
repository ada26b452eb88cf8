import { RefusedEditError } from '../editor/paintTarget.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import type { AppStore } from '../state/store.ts';
import { Emitter } from './emitter.ts';
import type { Messages } from './messages.ts';
import type { PageHost } from './pageHost.ts';
import type { ProjectPicture } from './pictures/projectPicture.ts';
import type { OpenProject } from './project/openProject.ts';
import type { Stage } from './stage.ts';
import { tellFailure } from './tellFailure.ts';
import type { WorkbenchEvents } from './workbenchEvents.ts';

/** What all actions of the workbench share: the store, the messages, the page around it, what is open, and what is told of it. */
export class WorkbenchContext {
  readonly store: AppStore;
  readonly messages: Messages;
  readonly page: PageHost;
  readonly events = new Emitter<WorkbenchEvents>();
  /** What new projects start with. */
  newSettings: LearnerSettings;
  project: OpenProject | null = null;
  /** The picture on the screen. */
  picture: ProjectPicture | null = null;
  /** Where that is shown; `null`: nowhere. */
  stage: Stage | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(store: AppStore, messages: Messages, page: PageHost) {
    this.store = store;
    this.messages = messages;
    this.page = page;
    this.newSettings = store.getState().training.settings;
  }

  /** Takes over what was chosen about the learner, for the open project. */
  setSettings(settings: LearnerSettings): void {
    this.store.setFacts({ training: { settings } });
    if (this.project !== null) this.project.settings = settings;
    this.events.emit('settingsChanged', settings);
  }

  changeSettings(change: Partial<LearnerSettings>): void {
    this.setSettings({ ...this.store.getState().training.settings, ...change });
  }

  /** Runs an edit. One that is refused is told in its own words, and gives `null`. */
  attempt<Result>(edit: () => Result): Result | null {
    try {
      return edit();
    } catch (error) {
      if (!(error instanceof RefusedEditError)) throw error;
      this.messages.info(error.message);
      return null;
    }
  }

  /** Opens one thing at a time, in the order of the calls; a failure is told and changes nothing. */
  inTurn(open: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      this.store.setFacts({ project: { opening: true } });
      try {
        await open();
      } catch (error) {
        tellFailure(this, error);
      } finally {
        this.store.setFacts({ project: { opening: false } });
      }
    });
    return this.#turn;
  }
}
