import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acquireProjectLock, type LockingPage, waitForProjectLock } from './projectLock.ts';

type Request = (name: string, options: LockOptions, take: (lock: Lock | null) => unknown) => Promise<unknown>;

const LOCK: Lock = { name: 'unlabeled/p', mode: 'exclusive' };

/** A page of a browser whose locks answer like this. */
function pageWith(request: Request): LockingPage {
  return { locks: () => ({ request }) as unknown as LockManager };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a browser that refuses locks', () => {
  it.each(['SecurityError', 'InvalidStateError', 'NotSupportedError'])('by a %s has none', async (name) => {
    const page = pageWith(() => Promise.reject(new DOMException('No locks here.', name)));
    expect(await acquireProjectLock(page, 'p')).toMatchObject({ projectId: 'p' });
    expect(await waitForProjectLock(page, 'p', new AbortController().signal)).toMatchObject({ projectId: 'p' });
  });

  it('by throwing has none, too', async () => {
    const page = pageWith(() => {
      throw new TypeError('No locks here.');
    });
    expect(await acquireProjectLock(page, 'p')).toMatchObject({ projectId: 'p' });
    expect(await waitForProjectLock(page, 'p', new AbortController().signal)).toMatchObject({ projectId: 'p' });
  });

  it('because another page takes them by force says that another has it', async () => {
    const page = pageWith(() => Promise.reject(new DOMException('Stolen', 'AbortError')));
    expect(await acquireProjectLock(page, 'p')).toBeNull();
    await expect(waitForProjectLock(page, 'p', new AbortController().signal)).rejects.toThrow('Stolen');
  });
});

describe('a browser that never answers', () => {
  it('is not waited for without end, and what it grants later is given back', async () => {
    const late: ((lock: Lock | null) => unknown)[] = [];
    const page = pageWith((_, __, take) => {
      late.push(take);
      return new Promise(() => undefined);
    });
    const asked = acquireProjectLock(page, 'p');
    await vi.runAllTimersAsync();
    expect(await asked).toMatchObject({ projectId: 'p' });
    expect(late.map((grant) => grant(LOCK))).toEqual([undefined]);
  });

  it('lets a wait end by its signal', async () => {
    const page = pageWith(() => new Promise(() => undefined));
    const leaving = new AbortController();
    const waiting = waitForProjectLock(page, 'p', leaving.signal);
    leaving.abort(new Error('Another project was opened.'));
    await expect(waiting).rejects.toThrow('Another project was opened.');
  });
});

it('a lock that is free is held until it is released', async () => {
  let held: unknown = null;
  const page = pageWith((_, __, take) => {
    held = take(LOCK);
    return Promise.resolve(held);
  });
  const lock = await acquireProjectLock(page, 'p');
  lock?.release();
  await expect(held).resolves.toBeUndefined();
});
