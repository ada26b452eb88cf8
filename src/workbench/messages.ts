import type { AppStore } from '../state/store.ts';

/** At most this many messages are shown; the oldest goes first. */
const MOST = 3;
/** A plain message disappears after this time; errors and offers stay until they are answered. */
const NEWS_MS = 12_000;

export interface MessageAction {
  readonly label: string;
  run(): void;
  /** The kind of change, and with it every deeper kind, that withdraws the offer and its message; none when left out. */
  readonly until?: Change;
}

/** An edit of labels or classes, an edit of the classes, another picture: each goes deeper than the one before. */
const CHANGES = ['edit', 'classes', 'picture'] as const;
type Change = (typeof CHANGES)[number];

/** One-sentence messages at the picture, each with the buttons that mend what happened. */
export class Messages {
  readonly #store: AppStore;
  readonly #actions = new Map<number, readonly MessageAction[]>();
  #nextId = 1;

  constructor(store: AppStore) {
    this.#store = store;
  }

  info(text: string, ...actions: MessageAction[]): void {
    const id = this.#show('info', text, actions);
    if (actions.length === 0) setTimeout(() => this.dismiss(id), NEWS_MS);
  }

  /** Returns what {@link dismiss} takes it back by. */
  error(text: string, ...actions: MessageAction[]): number {
    return this.#show('error', text, actions);
  }

  dismiss(id: number): void {
    this.#actions.delete(id);
    const { messages } = this.#store.getState().view;
    const others = messages.filter((message) => message.id !== id);
    if (others.length < messages.length) this.#store.setFacts({ view: { messages: others } });
  }

  /** Removes a message that is no longer true. */
  takeBack(text: string): void {
    for (const message of this.#store.getState().view.messages) if (message.text === text) this.dismiss(message.id);
  }

  /** Presses the button of a message that stands at `index`; the message goes. */
  act(id: number, index: number): void {
    const action = this.#actions.get(id)?.[index];
    this.dismiss(id);
    action?.run();
  }

  /** Takes back the offers that do not outlast a change. */
  expire(change: Change): void {
    const ends = ({ until }: MessageAction) => until !== undefined && CHANGES.indexOf(until) <= CHANGES.indexOf(change);
    for (const [id, actions] of this.#actions) {
      if (actions.some(ends)) this.dismiss(id);
    }
  }

  #show(tone: 'info' | 'error', text: string, actions: readonly MessageAction[]): number {
    const id = this.#nextId++;
    if (actions.length > 0) this.#actions.set(id, actions);
    // The same sentence twice is one message, the newer.
    const others = this.#store.getState().view.messages.filter((message) => message.text !== text);
    const message = { id, tone, text, actionLabels: actions.map(({ label }) => label) };
    this.#store.setFacts({ view: { messages: [...others, message].slice(-MOST) } });
    // What a button would run may hold a whole learner.
    const shown = new Set(this.#store.getState().view.messages.map((each) => each.id));
    for (const other of this.#actions.keys()) if (!shown.has(other)) this.#actions.delete(other);
    return id;
  }
}
