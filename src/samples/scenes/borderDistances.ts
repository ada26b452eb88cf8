/**
 * How far every pixel is from the nearest one of another class, in steps to one of eight neighbours: 1 at a border.
 * 65535 everywhere where there is one class only. `mask` is row-major, `[sizePx, sizePx]`.
 */
export function borderDistances(mask: Uint8Array, sizePx: number): Uint16Array<ArrayBuffer> {
  const distances = new Uint16Array(mask.length).fill(0xffff);
  let front: number[] = [];
  for (let i = 0; i < mask.length; i++) {
    if (!neighbours(i, sizePx).some((j) => mask[j] !== mask[i])) continue;
    distances[i] = 1;
    front.push(i);
  }
  for (let distance = 2; front.length > 0; distance++) {
    const next: number[] = [];
    for (const i of front) {
      for (const j of neighbours(i, sizePx)) {
        // Every border of a pixel's class is also one of the classes beside it: the nearest front is its own class's.
        if (distances[j] !== 0xffff) continue;
        distances[j] = distance;
        next.push(j);
      }
    }
    front = next;
  }
  return distances;
}

function neighbours(i: number, sizePx: number): number[] {
  const [x, y] = [i % sizePx, Math.floor(i / sizePx)];
  const found: number[] = [];
  for (let row = Math.max(0, y - 1); row <= Math.min(sizePx - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(sizePx - 1, x + 1); column++) {
      if (row !== y || column !== x) found.push(row * sizePx + column);
    }
  }
  return found;
}
