import { parseLaunchOptions } from '../../src/settings/launchOptions.ts';
import type { AppState } from '../../src/state/store.ts';
import type { Message } from '../../src/state/view.ts';
import { COMMANDS, classCommands } from '../../src/workbench/commands/commands.ts';
import { launchWorkbench } from '../../src/workbench/launchWorkbench.ts';
import type { PageHost } from '../../src/workbench/pageHost.ts';
import { scriptedActs } from '../../src/workbench/scripting/acts.ts';
import { scriptedFacts } from '../../src/workbench/scripting/facts.ts';
import type { Scripting } from '../../src/workbench/scripting/scripting.ts';
import type { Workbench } from '../../src/workbench/workbench.ts';
import { TestBrowser } from './browser/testBrowser.ts';
import { Hand, type Point } from './hand.ts';
import { InProcessTrainingWorker } from './inProcessTraining.ts';

/** What is waited for comes within this time, on a machine that is busy with other tests, too. */
const PATIENCE_MS = 40_000;

/** The smallest, quickest training on WASM, with the picture that a new visitor sees. */
const TINY = { size: '64', network: 'unet-8-2-1', backend: 'wasm', picture: 'coffee' } as const;

/** The same with no picture named: the page opens what was open last. */
const LAST = { size: '64', network: 'unet-8-2-1', backend: 'wasm' } as const;

/**
 * The real workbench of a page without a screen: real projects, documents and autosave on an IndexedDB in memory, a real
 * training session in this process. Whoever opens one closes it.
 */
export class TestWorkbench {
  readonly browser: TestBrowser;
  readonly workbench: Workbench;
  /** What scripts and the console may read and do. */
  readonly script: Scripting;
  /** Files that were handed to the person. */
  readonly downloads: { readonly name: string; readonly file: Blob }[] = [];
  /** How often the page asked to be loaded anew. */
  reloads = 0;
  clipboard: string | null = null;
  isOnline = true;
  readonly #workers: InProcessTrainingWorker[] = [];
  readonly #hidden = new Set<() => void>();
  readonly #left = new Set<() => void>();
  readonly #locks: LockManager;
  #end: () => void = () => undefined;

  private constructor(browser: TestBrowser, parameters: Readonly<Record<string, string>>, fragment: string) {
    this.browser = browser;
    this.#locks = browser.locks.ofPage(
      new Promise((resolve) => {
        this.#end = resolve;
      }),
    );
    Object.assign(globalThis, { indexedDB: browser.indexedDB });
    const { options, problems } = parseLaunchOptions(Object.entries(parameters));
    const connect = () => {
      const started = new InProcessTrainingWorker();
      this.#workers.push(started);
      return started.worker;
    };
    const { workbench } = launchWorkbench({
      options,
      problems,
      fragment,
      page: this.#page(),
      isFramed: false,
      workers: () => ({ connect, another: connect }),
    });
    this.workbench = workbench;
    this.script = { ...scriptedFacts(workbench), ...scriptedActs(workbench) };
  }

  /** Opens a page of `browser` at this address, and waits until its picture can be painted and trained. */
  static async open(
    parameters: Readonly<Record<string, string>> = TINY,
    { browser = new TestBrowser(), fragment = '' } = {},
  ): Promise<TestWorkbench> {
    const opened = new TestWorkbench(browser, parameters, fragment);
    await opened.until(({ project: { opening, projectId }, training: { phase } }) => {
      return !opening && projectId !== null && phase !== 'loading';
    });
    return opened;
  }

  /** The same page anew, in the same browser, once this one was left. */
  async reload(parameters: Readonly<Record<string, string>> = LAST): Promise<TestWorkbench> {
    await this.close();
    return TestWorkbench.open(parameters, { browser: this.browser });
  }

  /** The newest one that trains. */
  get trainingWorker(): InProcessTrainingWorker {
    const newest = this.#workers.at(-1);
    if (newest === undefined) throw new Error('No training worker was started.');
    return newest;
  }

  get state(): AppState {
    return this.workbench.store.getState();
  }

  /** Waits for a state. Rejects with the last one where it does not come. */
  until(isReached: (state: AppState) => boolean): Promise<AppState> {
    const { store } = this.workbench;
    return new Promise((resolve, reject) => {
      const settle = (state: AppState) => {
        clearTimeout(timer);
        leave();
        resolve(state);
      };
      const leave = store.subscribe((state) => {
        if (isReached(state)) settle(state);
      });
      const timer = setTimeout(() => {
        leave();
        const { training, ...others } = store.getState();
        const reached = { ...others, training: { ...training, settings: undefined } };
        reject(new Error(`Not reached: ${JSON.stringify(reached)}`));
      }, PATIENCE_MS);
      if (isReached(store.getState())) settle(store.getState());
    });
  }

  /** Waits until all that was done is stored. */
  async isSaved(): Promise<void> {
    await this.until(({ project }) => project.saving === 'saved');
  }

  /** Waits for a message with these words. */
  async isTold(words: string | RegExp): Promise<Message> {
    const matches = ({ text }: { readonly text: string }) =>
      typeof words === 'string' ? text.includes(words) : words.test(text);
    const { messages } = (await this.until((state) => state.view.messages.some(matches))).view;
    return messages.find(matches) as Message;
  }

  /** Presses a button of the message that says so. */
  async answer(words: string | RegExp, button: string): Promise<void> {
    const { id, actionLabels } = await this.isTold(words);
    const index = actionLabels.indexOf(button);
    if (index < 0) throw new Error(`The message has no button “${button}”, but ${actionLabels.join(', ')}.`);
    this.workbench.messages.act(id, index);
  }

  /** Performs the command of this name, as from the palette. */
  perform(label: string): void {
    const found = [...COMMANDS, ...classCommands(this.state.document.classes)].find((each) => each.label === label);
    if (found === undefined) throw new Error(`There is no command “${label}”.`);
    found.perform(this.workbench);
  }

  /** One drag of the tool in hand along a polyline, with a few places between its corners. */
  paint(points: readonly Point[], button: 'primary' | 'secondary' = 'primary'): void {
    const between = ([fromX, fromY]: Point, [x, y]: Point) =>
      [1, 2, 3, 4, 5, 6].map((i): Point => [fromX + ((x - fromX) * i) / 6, fromY + ((y - fromY) * i) / 6]);
    const places = points.flatMap((point, i) => (i === 0 ? [point] : between(points[i - 1] ?? point, point)));
    new Hand(this).drag(places, { button });
  }

  /** Takes single training steps until `step` of them are done, and waits for the prediction of the last. */
  async stepTo(step: number): Promise<void> {
    for (let taken = this.state.training.step; taken < step; taken++) {
      this.workbench.training.step();
      await this.until((state) => state.training.step === taken + 1 && state.training.phase === 'paused');
    }
    await this.until(({ training }) => training.predictionStep === step);
  }

  /** As when another tab comes to the front. */
  hide(): void {
    for (const listener of this.#hidden) listener();
  }

  /** As when the page's tab is closed: nothing of it runs any more. */
  async close(): Promise<void> {
    this.hide();
    for (const listener of this.#left) listener();
    this.#end();
    for (const worker of this.#workers) await worker.end();
  }

  #page(): PageHost {
    const listenTo = (listeners: Set<() => void>) => (listener: () => void, signal?: AbortSignal) => {
      listeners.add(listener);
      signal?.addEventListener('abort', () => listeners.delete(listener));
    };
    return {
      browser: 'node',
      webgpu: { secureContext: true, hasWebgpu: true },
      life: {
        onHidden: listenTo(this.#hidden),
        onLeft: listenTo(this.#left),
        whenIdle: (listener) => void setImmediate(listener),
      },
      locks: () => this.#locks,
      storage: () => this.browser.localStorage,
      prefersReducedMotion: () => true,
      isOnline: () => this.isOnline,
      reload: () => {
        this.reloads++;
      },
      download: (file, name) => {
        this.downloads.push({ name, file });
      },
      copyText: async (text) => {
        this.clipboard = text;
      },
    };
  }
}
