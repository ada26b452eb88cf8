import { parseArgs } from 'node:util';

/** What a run was asked for. */
export interface SoakOptions {
  readonly minutes: number;
  readonly backend: 'wasm' | 'webgpu';
  /** Draws the order of the actions and the strokes of every round. */
  readonly seed: number;
  /** Where rounds and verdict are written; `null`: nowhere. */
  readonly json: string | null;
}

/** Reads `--minutes`, `--backend`, `--seed` and `--json`. Throws one sentence for what cannot be; `seed` where none is given. */
export function parseSoakOptions(args: readonly string[], seed: number): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '30' },
      backend: { type: 'string', default: 'wasm' },
      seed: { type: 'string', default: String(seed) },
      json: { type: 'string' },
    },
  });
  const { backend } = values;
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && Number.isFinite(minutes)))
    throw new Error(`--minutes is a positive number, not ${values.minutes}.`);
  if (backend !== 'wasm' && backend !== 'webgpu') throw new Error(`--backend is wasm or webgpu, not ${backend}.`);
  if (!/^\d+$/.test(values.seed)) throw new Error(`--seed is a natural number, not ${values.seed}.`);
  return { minutes, backend, seed: Number(values.seed) >>> 0, json: values.json ?? null };
}
