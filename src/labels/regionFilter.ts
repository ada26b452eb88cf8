import { type PixelRegion, RegionBuilder } from './region.ts';

/** The pixels of a region for which `keeps` is true of their row-major index. */
export function filterRegion(region: PixelRegion, width: number, keeps: (index: number) => boolean): PixelRegion {
  const builder = new RegionBuilder();
  const { runs } = region;
  for (let i = 0; i < runs.length; i += 3) {
    const y = runs[i] ?? 0;
    const xEnd = runs[i + 2] ?? 0;
    for (let x = runs[i + 1] ?? 0; x < xEnd; ) {
      const xStart = x;
      while (x < xEnd && keeps(y * width + x)) x++;
      builder.add(y, xStart, x);
      while (x < xEnd && !keeps(y * width + x)) x++;
    }
  }
  return builder.finish();
}
