import * as v from 'valibot';
import { parseStoredJson } from './storedJson.ts';

/** The fewest pixels by picture, the newest record last. */
export type GameRecords = ReadonlyMap<string, number>;

/** The oldest are dropped beyond this. */
const MAX_RECORDS = 200;

const recordsSchema = v.pipe(
  v.array(
    v.tuple([
      v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}@\d{1,5}x\d{1,5}$/)),
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 28)),
    ]),
  ),
  v.maxLength(MAX_RECORDS),
);

/** The key of a record: picture and working size, for another size has other pixels. */
export function recordKey(pictureId: string, width: number, height: number): string {
  return `${pictureId}@${width}x${height}`;
}

/** Records from what {@link storedGameRecords} wrote; none from anything else. */
export function parseGameRecords(text: string | null): GameRecords {
  return new Map(parseStoredJson(recordsSchema, text));
}

/** The text that records are kept as. */
export function storedGameRecords(records: GameRecords): string {
  return JSON.stringify([...records]);
}

/** The records with one more result; the same object where it is no record. */
export function withResult(records: GameRecords, key: string, paintedPx: number): GameRecords {
  const former = records.get(key);
  if (former !== undefined && former <= paintedPx) return records;
  const others = [...records].filter(([other]) => other !== key);
  return new Map([...others, [key, paintedPx] as const].slice(-MAX_RECORDS));
}
