import type { AppStore } from '../state/store.ts';

/** Messages kept on the screen; older ones give way. */
const MOST = 3;

export interface MessageAction {
  readonly label: string;
  run(): void;
}

/** One-sentence messages at the picture, each with at most one button that mends what happened. */
export class Messages {
  readonly #store: AppStore;
  readonly #actions = new Map<number, () => void>();
  #nextId = 1;

  constructor(store: AppStore) {
    this.#store = store;
  }

  info(text: string, action?: MessageAction): void {
    this.#show('info', text, action);
  }

  error(text: string, action?: MessageAction): void {
    this.#show('error', text, action);
  }

  dismiss(id: number): void {
    this.#actions.delete(id);
    this.#store.setState((state) => ({ messages: state.messages.filter((message) => message.id !== id) }));
  }

  /** Presses a message's button; the message goes. */
  act(id: number): void {
    const action = this.#actions.get(id);
    this.dismiss(id);
    action?.();
  }

  #show(tone: 'info' | 'error', text: string, action: MessageAction | undefined): void {
    const id = this.#nextId++;
    if (action !== undefined) this.#actions.set(id, action.run);
    this.#store.setState((state) => {
      // The same sentence twice is one message, the newer.
      const others = state.messages.filter((message) => message.text !== text);
      return {
        messages: [...others, { id, tone, text, actionLabel: action?.label ?? null }].slice(-MOST),
      };
    });
  }
}
