type Listener<Event> = (event: Event) => void;

/**
 * Tells of events by name. Who listens must not depend on hearing before or after another: all hear, also where one of them
 * throws.
 */
export class Emitter<Events extends object> {
  readonly #listeners: { [Name in keyof Events]?: Set<Listener<Events[Name]>> } = {};

  /** Calls `listener` at every event of this name, until the returned function is called. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const listeners = this.#listeners[name] ?? new Set();
    this.#listeners[name] = listeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Throws what the first listener threw that did, once all have heard. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    const thrown: unknown[] = [];
    for (const listener of this.#listeners[name] ?? []) {
      try {
        listener(event);
      } catch (error) {
        thrown.push(error);
      }
    }
    if (thrown.length > 0) throw thrown[0];
  }
}
