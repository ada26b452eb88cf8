import type { AppStore } from '../state/store.ts';

/** Messages kept on the screen; older ones give way. */
const MOST = 3;
/** A plain piece of news goes by itself after this; errors and offers stay until they are answered. */
const NEWS_MS = 12_000;

export interface MessageAction {
  readonly label: string;
  run(): void;
  /** What ends the offer, with everything that goes deeper; nothing does when left out. */
  readonly until?: Change;
}

/** An edit of labels or classes, an edit of the classes, another picture: each goes deeper than the one before. */
const CHANGES = ['edit', 'classes', 'picture'] as const;
type Change = (typeof CHANGES)[number];

/** One-sentence messages at the picture, each with at most one button that mends what happened. */
export class Messages {
  readonly #store: AppStore;
  readonly #actions = new Map<number, MessageAction>();
  #nextId = 1;

  constructor(store: AppStore) {
    this.#store = store;
  }

  info(text: string, action?: MessageAction): void {
    const id = this.#show('info', text, action);
    if (action === undefined) setTimeout(() => this.dismiss(id), NEWS_MS);
  }

  error(text: string, action?: MessageAction): void {
    this.#show('error', text, action);
  }

  dismiss(id: number): void {
    this.#actions.delete(id);
    const { messages } = this.#store.getState();
    const others = messages.filter((message) => message.id !== id);
    if (others.length < messages.length) this.#store.setState({ messages: others });
  }

  /** Presses a message's button; the message goes. */
  act(id: number): void {
    const action = this.#actions.get(id);
    this.dismiss(id);
    action?.run();
  }

  /** Takes back the offers that do not outlast a change. */
  expire(change: Change): void {
    for (const [id, { until }] of this.#actions) {
      if (until !== undefined && CHANGES.indexOf(until) <= CHANGES.indexOf(change)) this.dismiss(id);
    }
  }

  #show(tone: 'info' | 'error', text: string, action: MessageAction | undefined): number {
    const id = this.#nextId++;
    if (action !== undefined) this.#actions.set(id, action);
    this.#store.setState((state) => {
      // The same sentence twice is one message, the newer.
      const others = state.messages.filter((message) => message.text !== text);
      return {
        messages: [...others, { id, tone, text, actionLabel: action?.label ?? null }].slice(-MOST),
      };
    });
    return id;
  }
}
