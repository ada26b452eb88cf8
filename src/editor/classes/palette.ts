import type { SegmentationClass } from '../../settings/classes.ts';

/**
 * Colours for classes, in the order in which they are given out.
 *
 * The first eight start from the set of Okabe and Ito ("Color Universal Design", 2008; its black replaced by the wine
 * of Paul Tol's "muted" scheme) and were moved so far that no two of them come closer than 0.11 in OKLab for
 * normal, protan, deutan or tritan vision, where the published set comes down to 0.076. The others were then
 * chosen one by one as the farthest from all before, in normal vision and in the three deficiencies together.
 */
export const CLASS_COLORS: readonly string[] = [
  '#2458b4',
  '#f03c14',
  '#f5e72a',
  '#0c9373',
  '#b578d8',
  '#69d1ee',
  '#ffa65c',
  '#86083a',
  '#154a06',
  '#580d7d',
  '#b2fae0',
  '#4ace21',
  '#8b29eb',
  '#805d50',
  '#bc0b97',
  '#9aab8b',
  '#2896f5',
  '#f4b0ed',
  '#1f08b2',
  '#fb4baf',
  '#4c4967',
  '#5af88a',
  '#738ca7',
  '#9cd0a6',
  '#908126',
  '#c16b7a',
  '#7866c3',
  '#be0c32',
  '#93aaf4',
  '#cd8a51',
  '#f8869a',
  '#de50fc',
];

/** The first palette colour that no class has; where all are taken, the first that the fewest have. */
export function nextClassColor(classes: readonly SegmentationClass[]): string {
  const uses = (color: string) => classes.filter((c) => c.color.toLowerCase() === color).length;
  return CLASS_COLORS.reduce((best, color) => (uses(color) < uses(best) ? color : best));
}
