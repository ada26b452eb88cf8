import type { PageDriver } from './pageDriver.ts';

export const TABLE = 0;
export const CERAMIC = 1;
export const COFFEE = 3;

/** Places in the espresso picture at a working size of 64 px (64 × 43), by class. */
export const STROKES = {
  [TABLE]: [
    [3, 20],
    [5, 28],
    [8, 36],
  ],
  [CERAMIC]: [
    [15, 31],
    [20, 36],
    [27, 38],
  ],
  [COFFEE]: [
    [26, 13],
    [34, 14],
  ],
} as const;

export async function paintClass(driver: PageDriver, classId: keyof typeof STROKES): Promise<void> {
  await driver.page.keyboard.press(String(classId + 1));
  await driver.paint(STROKES[classId]);
}

/** Share of a stroke's corner points where the prediction says `classId`. */
export async function shareAlong(driver: PageDriver, stroke: keyof typeof STROKES, classId: number): Promise<number> {
  const prediction = await driver.prediction();
  if (prediction === null) return 0;
  const points = STROKES[stroke];
  return points.filter(([x, y]) => prediction.classMap[y * 64 + x] === classId).length / points.length;
}
