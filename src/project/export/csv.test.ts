import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AreaRow, areasCsv, metricsCsv } from './csv.ts';

/** A strict reader of RFC 4180. Throws where the text does not follow its grammar. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let offset = 0;
  const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
  while (offset < text.length) {
    const row: string[] = [];
    for (;;) {
      cell.lastIndex = offset;
      const match = cell.exec(text);
      if (match === null) throw new Error(`There is no cell at ${offset}.`);
      row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
      offset = cell.lastIndex;
      if (text[offset] !== ',') break;
      offset += 1;
    }
    if (text.slice(offset, offset + 2) !== '\r\n') throw new Error(`A line does not end at ${offset}.`);
    offset += 2;
    rows.push(row);
  }
  return rows;
}

const AREA: AreaRow = {
  picture: 'cat',
  use: 'train',
  className: 'Leaf',
  pixels: 30,
  share: 0.25,
  labeledPixels: 4,
  iou: null,
};

describe('tables', () => {
  test('have a header, decimal points, CRLF and empty fields for what is undefined', () => {
    expect(areasCsv([AREA])).toBe('picture,use,class,pixels,share,labeled_pixels,iou\r\ncat,train,Leaf,30,0.25,4,\r\n');
    const row = {
      picture: 'a',
      use: 'test' as const,
      labeledPixels: 0,
      pixels: 9,
      maskedAccuracy: null,
      meanIou: 2 / 3,
    };
    expect(metricsCsv([row, { ...row, meanIou: 1e-9, maskedAccuracy: Number.NaN }])).toBe(
      'picture,use,labeled_pixels,pixels,masked_accuracy,mean_iou\r\na,test,0,9,,0.666667\r\na,test,0,9,,0\r\n',
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x","y")'])(
    'a class called %j is not a formula',
    (className) => {
      const cell = parseCsv(areasCsv([{ ...AREA, className }]))[1]?.[2];
      expect(cell).toBe(`'${className}`);
    },
  );

  test('any names come back through a strict reader', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (picture, className) => {
        const row = parseCsv(areasCsv([{ ...AREA, picture, className }]))[1];
        expect(row).toHaveLength(7);
        for (const [name, cell] of [
          [picture, row?.[0]],
          [className, row?.[2]],
        ]) {
          expect(cell === name || (cell === `'${name}` && /^[=+\-@\t\r]/.test(name ?? ''))).toBe(true);
          expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        }
      }),
    );
  });
});
