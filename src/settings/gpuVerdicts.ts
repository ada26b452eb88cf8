import * as v from 'valibot';

/** Programs that a graphics adapter was seen to compute as the processor does. */
export interface SoundPrograms {
  /** Vendor, architecture and device as far as the browser tells them; empty where it tells nothing. */
  readonly adapter: string;
  /** Hashes of the programs' source texts. */
  readonly programs: readonly string[];
}

/** With the time at which the adapter last passed. */
interface PassedAdapter extends SoundPrograms {
  readonly atMs: number;
}

/** What self-tests of graphics adapters found, in one version of one browser. */
export interface GpuVerdicts {
  /** What an adapter was found to compute wrongly, as a sentence; `null`: nothing. */
  readonly disagreement: string | null;
  readonly sound: readonly PassedAdapter[];
}

export const NO_VERDICTS: GpuVerdicts = { disagreement: null, sound: [] };

/** Verdicts on adapters without a name expire: by then it may be another one. */
const NAMELESS_MS = 7 * 24 * 60 * 60 * 1000;
const MAX_ADAPTERS = 8;
const MAX_PROGRAMS = 4000;

const programSchema = v.pipe(v.string(), v.regex(/^[0-9a-z]{1,16}$/));
const storedSchema = v.object({
  browser: v.pipe(v.string(), v.maxLength(1000)),
  disagreement: v.nullable(v.pipe(v.string(), v.maxLength(300))),
  sound: v.pipe(
    v.array(
      v.object({
        adapter: v.pipe(v.string(), v.maxLength(300)),
        atMs: v.pipe(v.number(), v.finite()),
        programs: v.pipe(v.array(programSchema), v.maxLength(MAX_PROGRAMS)),
      }),
    ),
    v.maxLength(MAX_ADAPTERS),
  ),
});

/** Where and when verdicts are read. */
interface Visit {
  /** `navigator.userAgent`: another version may compile otherwise. */
  readonly browser: string;
  readonly nowMs: number;
}

/** Reads what {@link verdictsText} wrote; nothing is known where it is something else, or of another browser. */
export function parseGpuVerdicts(text: string | null, { browser, nowMs }: Visit): GpuVerdicts {
  const stored = v.safeParse(storedSchema, parsedJson(text));
  if (!stored.success || stored.output.browser !== browser) return NO_VERDICTS;
  const { disagreement, sound } = stored.output;
  const isFresh = ({ adapter, atMs }: PassedAdapter) => adapter !== '' || (atMs <= nowMs && nowMs - atMs < NAMELESS_MS);
  return { disagreement, sound: sound.filter(isFresh) };
}

/** Verdicts as a text to store; the newest adapters and programs, where there are very many. */
export function verdictsText({ disagreement, sound }: GpuVerdicts, browser: string): string {
  const kept = sound
    .slice(-MAX_ADAPTERS)
    .map((passed) => ({ ...passed, programs: passed.programs.slice(-MAX_PROGRAMS) }));
  return JSON.stringify({ browser, disagreement, sound: kept });
}

/** Adds programs of an adapter that passed at a time. */
export function withSound(verdicts: GpuVerdicts, { adapter, programs }: SoundPrograms, atMs: number): GpuVerdicts {
  const former = verdicts.sound.find((other) => other.adapter === adapter)?.programs ?? [];
  const others = verdicts.sound.filter((other) => other.adapter !== adapter);
  return { ...verdicts, sound: [...others, { adapter, atMs, programs: [...new Set([...former, ...programs])] }] };
}

function parsedJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
