import { expect, it } from 'vitest';
import { answerMessages, answerOrRefuse } from './answerMessages.ts';

/** A worker's scope that notes what is posted, and hands no functions over, as a browser's does not. */
class Scope {
  readonly posted: unknown[] = [];
  #listener: (event: { readonly data: number }) => void = () => undefined;

  addEventListener(_: 'message', listener: (event: { readonly data: number }) => void): void {
    this.#listener = listener;
  }

  postMessage(message: unknown, { transfer }: { readonly transfer: object[] }): void {
    if (typeof message === 'function') throw new TypeError('It cannot be cloned.');
    this.posted.push([message, transfer.length]);
  }

  async receive(data: number): Promise<void> {
    this.#listener({ data });
    for (let turn = 0; turn < 5; turn++) await null;
  }
}

it('an answer is posted with what it hands over; what is thrown is the scope’s', async () => {
  const scope = new Scope();
  answerMessages(scope, (n) => {
    if (n < 0) throw new Error('Below zero.');
    return { reply: 2 * n, transfer: [new ArrayBuffer(1)] };
  });
  await scope.receive(3);
  expect(scope.posted).toEqual([[6, 1]]);
  await expect(scope.receive(-1)).rejects.toThrow('Below zero.');
});

it('what fails is refused, an answer that cannot be handed over, too, and the next message is answered', async () => {
  const scope = new Scope();
  answerOrRefuse(scope, {
    answer: async (n: number): Promise<{ reply: unknown }> => {
      if (n < 0) throw new Error('Below zero.');
      return { reply: n === 0 ? () => undefined : n };
    },
    refuse: (error: unknown) => `refused: ${(error as Error).message}`,
  });
  for (const n of [-1, 0, 5]) await scope.receive(n);
  expect(scope.posted).toEqual([
    ['refused: Below zero.', 0],
    ['refused: It cannot be cloned.', 0],
    [5, 0],
  ]);
});
