/**
 * Asks one question at a time. What is asked while an answer is awaited is asked when that is there, once however often,
 * so that the newest wins.
 */
export class NewestQuestion {
  readonly #ask: () => Promise<void>;
  #isAsking = false;
  #isDue = false;

  /** @param ask Asks what is to be known by then, and takes the answer. What it rejects with ends what is due. */
  constructor(ask: () => Promise<void>) {
    this.#ask = ask;
  }

  /** There is something new to ask. Resolves when nothing is due any more, or at once where another call sees to that. */
  async due(): Promise<void> {
    this.#isDue = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      while (this.#isDue) {
        this.#isDue = false;
        await this.#ask();
      }
    } finally {
      this.#isAsking = false;
      this.#isDue = false;
    }
  }
}
