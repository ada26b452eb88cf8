/** A tile along one axis, in picture pixels; ends are exclusive. */
export interface TileSpan {
  /** Where the tile starts, a multiple of the network's `sizeMultiple`. */
  readonly start: number;
  /** Its core: cores are disjoint, and seams between them are multiples of `sizeMultiple`. */
  readonly coreStart: number;
  readonly coreEnd: number;
  /** Where it contributes to the prediction: its core and half a ramp beyond each seam. */
  readonly saidStart: number;
  readonly saidEnd: number;
}

/** A picture cut into overlapping tiles of one shape: every column of tiles with every row of them. */
export interface TilePlan {
  /** Sides of every tile, multiples of the network's `sizeMultiple`. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Width of the ramps over which neighbouring tiles are blended; 0 for hard seams. */
  readonly rampPx: number;
  readonly columns: readonly TileSpan[];
  readonly rows: readonly TileSpan[];
}

export interface TileRequest {
  /** The network's: pooling and strides of a tile line up with the picture's at multiples of it. */
  readonly sizeMultiple: number;
  /** Margin of a tile that is discarded, except at the picture's own edges; from `haloPx(network)` on the result is exact. */
  readonly haloPx: number;
  /** Least width of the ramps; rounded up to a multiple of `2·sizeMultiple`. */
  readonly rampPx: number;
  /** Pixels of a tile at most. */
  readonly maxPixels: number;
}

/** True when a picture is too large for one pass of at most `maxPixels`. */
export function needsTiles(width: number, height: number, { maxPixels }: Pick<TileRequest, 'maxPixels'>): boolean {
  return width * height > maxPixels;
}

/**
 * Cuts a picture of `width × height` pixels into tiles of at most `maxPixels`, of the least total area.
 *
 * Tiles start at multiples of `sizeMultiple` and lie within the picture, filled up to `sizeMultiple`: at its edges a
 * tile ends with it, so that zero padding happens exactly where it would in one pass. A tile is trusted from `haloPx`
 * inside of every other side; there its logits are those of one pass, for a network without normalisation. Where two
 * tiles are trusted, a ramp of `rampPx` around the middle of the stretch hands over from one to the other.
 *
 * Throws a `RangeError` for sides that are not positive integers, and when `maxPixels` leaves no room between halos and
 * ramps.
 */
export function planTiles(width: number, height: number, request: TileRequest): TilePlan {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`Tiles need a picture of positive whole sides, not ${width} × ${height}.`);
  }
  const { sizeMultiple, maxPixels } = request;
  const rampPx = 2 * sizeMultiple * Math.ceil(request.rampPx / (2 * sizeMultiple));
  const haloPx = sizeMultiple * Math.ceil(request.haloPx / sizeMultiple);
  const margins = { ...request, rampPx, haloPx };
  const heights = tileSides(height, margins);
  let best: { tileWidth: number; tileHeight: number; area: number } | null = null;
  for (const [i, tileWidth] of tileSides(width, margins).entries()) {
    for (const [j, tileHeight] of heights.entries()) {
      const area = (i + 1) * (j + 1) * tileWidth * tileHeight;
      if (tileWidth * tileHeight > maxPixels || (best !== null && area >= best.area)) continue;
      best = { tileWidth, tileHeight, area };
    }
  }
  if (best === null) {
    throw new RangeError(
      `Tiles of ${maxPixels} pixels leave no room for halos of ${haloPx} pixels and ramps of ${rampPx}.`,
    );
  }
  const { tileWidth, tileHeight } = best;
  return {
    tileWidth,
    tileHeight,
    rampPx,
    columns: spansOf(width, tileWidth, margins),
    rows: spansOf(height, tileHeight, margins),
  };
}

/**
 * A span's say at a pixel of the picture, in [0, 1]: 1 in the core, with half a cosine (a Hann window's flank) along the
 * ramps. The spans of an axis add up to 1 at every pixel.
 */
export function tileWeight(
  { saidStart, saidEnd, coreStart, coreEnd }: TileSpan,
  rampPx: number,
  pixel: number,
): number {
  if (pixel < saidStart || pixel >= saidEnd) return 0;
  // A ramp is as wide inside of the seam as outside; at the picture's edge there is none.
  const rising = coreStart > saidStart ? handedOver(pixel - saidStart, rampPx) : 1;
  const falling = saidEnd > coreEnd ? handedOver(pixel - saidEnd + rampPx, rampPx) : 0;
  return rising - falling;
}

/** Blending weight of the next tile, `offset` pixels into a ramp. */
function handedOver(offset: number, rampPx: number): number {
  const progress = Math.min(1, Math.max(0, (offset + 0.5) / rampPx));
  return (1 - Math.cos(Math.PI * progress)) / 2;
}

type Margins = Pick<TileRequest, 'sizeMultiple' | 'haloPx' | 'rampPx'>;

const paddedSide = (side: number, { sizeMultiple }: Margins) => Math.ceil(side / sizeMultiple) * sizeMultiple;

/** The smallest tile side with which one tile, two tiles, … along an axis reach over it, as long as that is sensible. */
function tileSides(side: number, margins: Margins): number[] {
  const { sizeMultiple, haloPx, rampPx } = margins;
  const padded = paddedSide(side, margins);
  const sides = [padded];
  // Ramps must not meet within a tile, whatever rounding does to the distances.
  const least = 2 * (haloPx + rampPx + sizeMultiple);
  for (let count = 2; ; count++) {
    const tile = (padded + (count - 1) * (2 * haloPx + rampPx)) / count;
    const rounded = sizeMultiple * Math.ceil(tile / sizeMultiple);
    if (rounded < least || rounded >= padded) return sides;
    sides.push(rounded);
  }
}

/** Tiles of `tile` pixels spread evenly over an axis. */
function spansOf(side: number, tile: number, margins: Margins): TileSpan[] {
  const { sizeMultiple, haloPx, rampPx } = margins;
  const slack = paddedSide(side, margins) - tile;
  const count = slack === 0 ? 1 : 1 + Math.ceil(slack / (tile - 2 * haloPx - rampPx));
  const startOf = (i: number) => (i === 0 ? 0 : sizeMultiple * Math.floor((i * slack) / ((count - 1) * sizeMultiple)));
  // Halfway between where tile i + 1 begins to be trusted and where tile i ends to be.
  const seamAfter = (i: number) => sizeMultiple * Math.floor((startOf(i) + startOf(i + 1) + tile) / (2 * sizeMultiple));
  return Array.from({ length: count }, (_, i) => {
    const coreStart = i === 0 ? 0 : seamAfter(i - 1);
    const coreEnd = i === count - 1 ? side : seamAfter(i);
    return {
      start: startOf(i),
      coreStart,
      coreEnd,
      saidStart: i === 0 ? 0 : coreStart - rampPx / 2,
      saidEnd: i === count - 1 ? side : coreEnd + rampPx / 2,
    };
  });
}
