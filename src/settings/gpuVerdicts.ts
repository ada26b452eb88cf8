import * as v from 'valibot';
import { type GpuTuning, gpuTuningSchema } from './gpuTuning.ts';
import { parseStoredJson } from './storedJson.ts';

/** Programs that a graphics adapter was seen to compute as the processor does. */
export interface SoundPrograms {
  /** Vendor, architecture and device as far as the browser tells them; empty where it tells nothing. */
  readonly adapter: string;
  /** Hashes of the programs' source texts. */
  readonly programs: readonly string[];
}

/** How an adapter was found to work best. */
export interface TunedAdapter {
  /** As in {@link SoundPrograms}. */
  readonly adapter: string;
  readonly tuning: GpuTuning;
  /** Milliseconds of a training step by such kernels, and on WebAssembly; `null`: which is quicker does not matter. */
  readonly stepMs: StepTimes | null;
}

/** Milliseconds of one and the same training step. */
export interface StepTimes {
  readonly webgpu: number;
  readonly wasm: number;
}

/** What an adapter computes otherwise than the processor, as a sentence. */
interface Disagreement {
  readonly adapter: string;
  readonly sentence: string;
}

/** What was found on an adapter, and when that was, or was last found again. */
type Dated<Finding> = Finding & { readonly atMs: number };

/** What self-tests and timings of graphics adapters found, in one version of one browser; one finding of a kind for each. */
export interface GpuVerdicts {
  readonly sound: readonly Dated<SoundPrograms>[];
  readonly disagreements: readonly Dated<Disagreement>[];
  readonly tunings: readonly Dated<TunedAdapter>[];
}

export const NO_VERDICTS: GpuVerdicts = { sound: [], disagreements: [], tunings: [] };

/** Verdicts on adapters without a name expire: by then it may be another one. */
const NAMELESS_MS = 7 * 24 * 60 * 60 * 1000;
const MAX_ADAPTERS = 8;
const MAX_PROGRAMS = 4000;
/** WebAssembly trains where a step on a graphics processor takes more than this many of its steps. */
const SLOWER_TIMES = 1.1;

const adapterSchema = v.pipe(v.string(), v.maxLength(300));
const atMsSchema = v.pipe(v.number(), v.finite());
const programSchema = v.pipe(v.string(), v.regex(/^[0-9a-z]{1,16}$/));
const stepMsSchema = v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(1e7));
const tunedEntries = {
  adapter: adapterSchema,
  tuning: gpuTuningSchema,
  stepMs: v.nullable(v.object({ webgpu: stepMsSchema, wasm: stepMsSchema })),
};
const tunedSchema = v.object(tunedEntries);

/** As many findings of one kind as are kept. */
function findings<Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(v.array(v.object({ ...entries, atMs: atMsSchema })), v.maxLength(MAX_ADAPTERS));
}

const storedSchema = v.object({
  browser: v.pipe(v.string(), v.maxLength(1000)),
  sound: findings({
    adapter: adapterSchema,
    programs: v.pipe(v.array(programSchema), v.maxLength(MAX_PROGRAMS)),
  }),
  disagreements: v.optional(findings({ adapter: adapterSchema, sentence: v.pipe(v.string(), v.maxLength(300)) }), []),
  tunings: v.optional(findings(tunedEntries), []),
});

/** Where and when verdicts are read. */
interface Visit {
  /** `navigator.userAgent`: another version may compile otherwise. */
  readonly browser: string;
  readonly nowMs: number;
}

/** Reads what {@link verdictsText} wrote; nothing is known where it is something else, or of another browser. */
export function parseGpuVerdicts(text: string | null, { browser, nowMs }: Visit): GpuVerdicts {
  const stored = parseStoredJson(storedSchema, text);
  if (stored === null || stored.browser !== browser) return NO_VERDICTS;
  const isFresh = ({ adapter, atMs }: Dated<{ readonly adapter: string }>) =>
    adapter !== '' || (atMs <= nowMs && nowMs - atMs < NAMELESS_MS);
  return {
    sound: stored.sound.filter(isFresh),
    disagreements: stored.disagreements.filter(isFresh),
    tunings: stored.tunings.filter(isFresh),
  };
}

/** Verdicts as a text to store; the newest adapters and programs, where there are very many. */
export function verdictsText({ sound, disagreements, tunings }: GpuVerdicts, browser: string): string {
  const kept = sound.map((passed) => ({ ...passed, programs: passed.programs.slice(-MAX_PROGRAMS) }));
  return JSON.stringify({
    browser,
    sound: kept.slice(-MAX_ADAPTERS),
    disagreements: disagreements.slice(-MAX_ADAPTERS),
    tunings: tunings.slice(-MAX_ADAPTERS),
  });
}

/** What came over a border as the findings on an adapter; `null` where it is something else. */
export function parseTunedAdapter(value: unknown): TunedAdapter | null {
  const result = v.safeParse(tunedSchema, value);
  return result.success ? result.output : null;
}

/** Adds programs of an adapter that passed at a time. */
export function withSound(verdicts: GpuVerdicts, { adapter, programs }: SoundPrograms, atMs: number): GpuVerdicts {
  const former = ofAdapter(verdicts.sound, adapter)?.programs ?? [];
  const all = [...new Set([...former, ...programs])];
  return { ...verdicts, sound: replaced(verdicts.sound, { adapter, programs: all, atMs }) };
}

/** Notes that an adapter was found at a time to compute something otherwise, as a sentence says. */
export function withDisagreement(verdicts: GpuVerdicts, adapter: string, sentence: string, atMs: number): GpuVerdicts {
  return { ...verdicts, disagreements: replaced(verdicts.disagreements, { adapter, sentence, atMs }) };
}

/** Notes how an adapter was found at a time to work best. */
export function withTuning(verdicts: GpuVerdicts, tuned: TunedAdapter, atMs: number): GpuVerdicts {
  const { adapter, tuning, stepMs } = tuned;
  return { ...verdicts, tunings: replaced(verdicts.tunings, { adapter, tuning, stepMs, atMs }) };
}

/** The finding on an adapter, if there is one. */
export function ofAdapter<Finding extends { readonly adapter: string }>(
  list: readonly Finding[],
  adapter: string,
): Finding | null {
  return list.find((finding) => finding.adapter === adapter) ?? null;
}

/** Whether WebAssembly takes a step enough sooner for it to train in the place of a graphics processor. */
export function isSlowerThanWasm({ webgpu, wasm }: StepTimes): boolean {
  return webgpu > SLOWER_TIMES * wasm;
}

function replaced<Finding extends { readonly adapter: string }>(list: readonly Finding[], newest: Finding): Finding[] {
  return [...list.filter(({ adapter }) => adapter !== newest.adapter), newest];
}
