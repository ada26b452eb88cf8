import type { PictureUse } from '../../settings/pictureUse.ts';

/** A picture's scores; fractions of 1, `null` where undefined. */
export interface MetricsRow {
  readonly picture: string;
  readonly use: PictureUse;
  readonly labeledPixels: number;
  readonly pixels: number;
  readonly maskedAccuracy: number | null;
  readonly meanIou: number | null;
}

/** A class's part of a picture, counted in its final mask at working size. */
export interface AreaRow {
  readonly picture: string;
  readonly use: PictureUse;
  readonly className: string;
  readonly pixels: number;
  /** Share of the picture, 0 to 1. */
  readonly share: number;
  /** Pixels that a person painted with the class. */
  readonly labeledPixels: number;
  readonly iou: number | null;
}

/** One line a picture. Numbers have a decimal point; an empty field is an undefined number. */
export function metricsCsv(rows: readonly MetricsRow[]): string {
  return csv(
    ['picture', 'use', 'labeled_pixels', 'pixels', 'masked_accuracy', 'mean_iou'],
    rows.map((row) => [row.picture, row.use, row.labeledPixels, row.pixels, row.maskedAccuracy, row.meanIou]),
  );
}

/** One line a picture and class. */
export function areasCsv(rows: readonly AreaRow[]): string {
  return csv(
    ['picture', 'use', 'class', 'pixels', 'share', 'labeled_pixels', 'iou'],
    rows.map((row) => [row.picture, row.use, row.className, row.pixels, row.share, row.labeledPixels, row.iou]),
  );
}

type Cell = string | number | null;

/**
 * Comma-separated values as RFC 4180 has them: lines end in CRLF, fields with separators are quoted. To write them
 * takes these few lines; what packages are for is to read them.
 */
function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(Number(cell.toFixed(6))) : '';
  // A spreadsheet would run a name that begins like a formula (OWASP, "CSV injection").
  const inert = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
