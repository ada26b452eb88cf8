import type { Command } from '../../protocol.ts';

/** Commands that wait for the session's loop, in order. */
export class CommandQueue {
  readonly #commands: Command[] = [];
  #wake: (() => void) | null = null;

  push(command: Command): void {
    this.#commands.push(command);
    this.wake();
  }

  /** The next command; `undefined` while there is none. */
  take(): Command | undefined {
    return this.#commands.shift();
  }

  /** Whether a command waits for which `matters` holds; any unless given. */
  has(matters: (command: Command) => boolean = () => true): boolean {
    return this.#commands.some(matters);
  }

  /** Resolves when the next command comes, or {@link wake} is called. */
  comes(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake?.();
  }
}
