/** A rectangle of whole pixels: columns `x … x + width − 1`, rows `y … y + height − 1`. */
export interface PixelRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest rectangle around both; `null` stands for the empty one. */
export function unionRect(a: PixelRect | null, b: PixelRect | null): PixelRect | null {
  if (a === null) return b;
  if (b === null) return a;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}
