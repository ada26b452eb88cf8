/** PyTorch's figures, for tests. */
import text from './mobileNetFixture.json?raw';

interface Fixture {
  /** Of the square picture. */
  readonly side: number;
  /** By block: a map's shape `[1, H, W, C]` and every seventh of its numbers. */
  readonly maps: Readonly<Record<string, { readonly shape: readonly number[]; readonly every7th: readonly number[] }>>;
}

export const fixture: Fixture = JSON.parse(text);
