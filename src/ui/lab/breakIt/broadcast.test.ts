import { describe, expect, test } from 'vitest';
import { broadcastTo, maskedChannels } from './broadcast.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('broadcastTo, by hand', () => {
  test('lines axes up from the last', () => {
    expect([...(broadcastTo(bytes(1, 2, 3), [3], [2, 3]) ?? [])]).toEqual([1, 2, 3, 1, 2, 3]);
    expect([...(broadcastTo(bytes(1, 2), [2, 1], [2, 3]) ?? [])]).toEqual([1, 1, 1, 2, 2, 2]);
    expect([...(broadcastTo(bytes(7), [1, 1], [2, 2]) ?? [])]).toEqual([7, 7, 7, 7]);
    expect([...(broadcastTo(bytes(1, 2, 3, 4), [2, 1, 2], [2, 2, 2]) ?? [])]).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
  });

  test('is an error where sides differ or axes are too many', () => {
    expect(broadcastTo(bytes(1, 2), [2], [2, 3])).toBeNull();
    expect(broadcastTo(bytes(1, 2, 3), [3, 1], [2, 3])).toBeNull();
    expect(broadcastTo(bytes(1), [1, 1], [1])).toBeNull();
  });
});

describe('maskedChannels', () => {
  test('silently takes the channel for the picture where there are as many', () => {
    // Three pictures of one pixel each, of which the first is labeled.
    const { right, careless } = maskedChannels(bytes(1, 0, 0), [3, 3, 1, 1]);
    // Picture by picture, its three channels.
    expect([...right]).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0]);
    expect([...(careless ?? [])]).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0]);
  });

  test('is right by luck for one picture, and an error for any other number', () => {
    const one = maskedChannels(bytes(1, 0), [1, 3, 1, 2]);
    expect(one.careless).toEqual(one.right);
    expect(maskedChannels(bytes(1, 0), [2, 3, 1, 1]).careless).toBeNull();
    expect(maskedChannels(new Uint8Array(4), [4, 3, 1, 1]).careless).toBeNull();
  });
});
