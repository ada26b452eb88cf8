import { maskedChannels } from './broadcast.ts';

/** Side of the tiny pictures. */
export const TINY_SIDE_PX = 8;
/** C. */
export const CHANNELS = 3;

/** Stroke masks for three pictures: a bar, a diagonal, a ring; drawn so that no two are alike anywhere near. */
const STROKES: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (y === 2 || y === 3) && x > 0 && x < 7,
  (x, y) => Math.abs(x - y) <= 1 && x > 0 && y > 0,
  (x, y) => Math.max(Math.abs(x - 3.5), Math.abs(y - 4.5)) === 2.5,
];

/** The masks `h` of the first `B` pictures, `[B, H, W]`; `turn` gives each picture another one's strokes. */
export function tinyMasks(batch: number, turn: number): Uint8Array<ArrayBuffer> {
  const size = TINY_SIDE_PX ** 2;
  return Uint8Array.from({ length: batch * size }, (_, i) => {
    const picture = Math.floor(i / size);
    const [x, y] = [i % TINY_SIDE_PX, Math.floor((i % size) / TINY_SIDE_PX)];
    return STROKES[(picture + turn) % STROKES.length]?.(x, y) ? 1 : 0;
  });
}

/** What becomes of a logit: kept rightly, left out rightly, left out though labeled, kept though not. */
export type LogitFate = 'kept' | 'out' | 'lost' | 'leaked';

const FATES: readonly (readonly [whenOut: LogitFate, whenKept: LogitFate])[] = [
  ['out', 'leaked'],
  ['lost', 'kept'],
];

export interface WrongAxis {
  /** By picture, channel and pixel; `null`: the careless product is an error. */
  readonly fates: readonly (readonly (readonly LogitFate[])[])[] | null;
  readonly lost: number;
  readonly leaked: number;
}

/** What `logits * h` makes of a batch, or `logits * h[:, None]` where that is `careful`. */
export function wrongAxis(h: Uint8Array, batch: number, careful: boolean): WrongAxis {
  const { right, careless } = maskedChannels(h, [batch, CHANNELS, TINY_SIDE_PX, TINY_SIDE_PX]);
  const applied = careful ? right : careless;
  if (applied === null) return { fates: null, lost: 0, leaked: 0 };
  const size = TINY_SIDE_PX ** 2;
  const fateOf = (i: number) => FATES[right[i] as number]?.[applied[i] as number] as LogitFate;
  const all = Array.from(right, (_, i) => fateOf(i));
  return {
    fates: Array.from({ length: batch }, (_, b) =>
      Array.from({ length: CHANNELS }, (_unused, c) =>
        all.slice((b * CHANNELS + c) * size, (b * CHANNELS + c + 1) * size),
      ),
    ),
    lost: all.filter((fate) => fate === 'lost').length,
    leaked: all.filter((fate) => fate === 'leaked').length,
  };
}
