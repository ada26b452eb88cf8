import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acquireProjectLock, waitForProjectLock } from './projectLock.ts';

type Request = (name: string, options: LockOptions, take: (lock: Lock | null) => unknown) => Promise<unknown>;

const LOCK: Lock = { name: 'unlabeled/p', mode: 'exclusive' };

/** A browser whose locks answer like this. */
function browserWith(request: Request): void {
  vi.stubGlobal('navigator', { locks: { request } });
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a browser that refuses locks', () => {
  it.each(['SecurityError', 'InvalidStateError', 'NotSupportedError'])('by a %s has none', async (name) => {
    browserWith(() => Promise.reject(new DOMException('No locks here.', name)));
    expect(await acquireProjectLock('p')).toMatchObject({ projectId: 'p' });
    expect(await waitForProjectLock('p', new AbortController().signal)).toMatchObject({ projectId: 'p' });
  });

  it('by throwing has none, too', async () => {
    browserWith(() => {
      throw new TypeError('No locks here.');
    });
    expect(await acquireProjectLock('p')).toMatchObject({ projectId: 'p' });
    expect(await waitForProjectLock('p', new AbortController().signal)).toMatchObject({ projectId: 'p' });
  });

  it('because another page takes them by force says that another has it', async () => {
    browserWith(() => Promise.reject(new DOMException('Stolen', 'AbortError')));
    expect(await acquireProjectLock('p')).toBeNull();
    await expect(waitForProjectLock('p', new AbortController().signal)).rejects.toThrow('Stolen');
  });
});

describe('a browser that never answers', () => {
  it('is not waited for without end, and what it grants later is given back', async () => {
    const late: ((lock: Lock | null) => unknown)[] = [];
    browserWith((_, __, take) => {
      late.push(take);
      return new Promise(() => undefined);
    });
    const asked = acquireProjectLock('p');
    await vi.runAllTimersAsync();
    expect(await asked).toMatchObject({ projectId: 'p' });
    expect(late.map((grant) => grant(LOCK))).toEqual([undefined]);
  });

  it('lets a wait end by its signal', async () => {
    browserWith(() => new Promise(() => undefined));
    const leaving = new AbortController();
    const waiting = waitForProjectLock('p', leaving.signal);
    leaving.abort(new Error('Another project was opened.'));
    await expect(waiting).rejects.toThrow('Another project was opened.');
  });
});

it('a lock that is free is held until it is released', async () => {
  let held: unknown = null;
  browserWith((_, __, take) => {
    held = take(LOCK);
    return Promise.resolve(held);
  });
  const lock = await acquireProjectLock('p');
  lock?.release();
  await expect(held).resolves.toBeUndefined();
});
