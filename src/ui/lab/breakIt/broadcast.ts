/**
 * `values` of `shape`, row-major, repeated to `target` as NumPy and PyTorch broadcast: axes are aligned from the last one,
 * and an axis of 1, or one that is missing, is repeated. `null` where the shapes do not fit, which is an error there.
 */
export function broadcastTo(
  values: Uint8Array,
  shape: readonly number[],
  target: readonly number[],
): Uint8Array<ArrayBuffer> | null {
  const missing = target.length - shape.length;
  if (missing < 0) return null;
  const aligned = [...new Array<number>(missing).fill(1), ...shape];
  if (aligned.some((side, axis) => side !== 1 && side !== target[axis])) return null;
  const size = target.reduce((product, side) => product * side, 1);
  const result = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    let rest = i;
    let index = 0;
    let stride = 1;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      const side = target[axis] as number;
      const own = aligned[axis] as number;
      if (own !== 1) index += (rest % side) * stride;
      stride *= own;
      rest = Math.floor(rest / side);
    }
    result[i] = values[index] as number;
  }
  return result;
}

/** How masks `h`, `[B, H, W]`, meet logits, `[B, C, H, W]`: as they should, and as `logits * h` lets them. */
export interface MaskedChannels {
  /** `h[:, None]`: every channel of a picture under that picture's mask. */
  readonly right: Uint8Array<ArrayBuffer>;
  /** `h` as it is: lined up with the channels. `null`: the shapes do not fit, which is an error. */
  readonly careless: Uint8Array<ArrayBuffer> | null;
}

/** Both masks of the logits, `[B, C, H, W]`, 1 where a logit is kept. */
export function maskedChannels(
  h: Uint8Array,
  [batch, channels, height, width]: readonly [batch: number, channels: number, height: number, width: number],
): MaskedChannels {
  const logits = [batch, channels, height, width];
  const right = broadcastTo(h, [batch, 1, height, width], logits);
  if (right === null) throw new RangeError('A mask for every picture fits every channel.');
  return { right, careless: broadcastTo(h, [batch, height, width], logits) };
}
