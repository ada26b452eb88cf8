import { expect, test } from 'vitest';
import { RecentlyUsed } from './trainerCache.ts';

function cacheOf(capacity: number) {
  const gone: string[] = [];
  const cache = new RecentlyUsed<{ key: string; dispose(): void }>(capacity);
  const use = (key: string) => cache.get(key, () => ({ key, dispose: () => gone.push(key) })).key;
  return { cache, gone, use };
}

test('what was used longest ago goes first, and is given back', () => {
  const { gone, use } = cacheOf(3);
  for (const key of ['a', 'b', 'c', 'a', 'd']) expect(use(key)).toBe(key);
  expect(gone).toEqual(['b']);
  use('b');
  expect(gone).toEqual(['b', 'c']);
});

test('what nobody needs any more goes, and in the end all', () => {
  const { cache, gone, use } = cacheOf(3);
  for (const key of ['a', 'b', 'c']) use(key);
  cache.keepOnly(new Set(['b', 'x']));
  expect(gone).toEqual(['a', 'c']);
  cache.dispose();
  expect(gone).toEqual(['a', 'c', 'b']);
});
