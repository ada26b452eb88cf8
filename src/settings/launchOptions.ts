import * as v from 'valibot';
import { NETWORK_KINDS, type NetworkSettings, networkSettingsSchema } from './learner.ts';
import { parseOrigin } from './origin.ts';

/** What a page address may ask for. Every field is optional in the address; `null` means "as usual". */
export interface LaunchOptions {
  /** `?backend=webgpu`: train on this backend or say why not. */
  readonly backend: 'auto' | 'webgpu' | 'wasm' | 'webgl' | 'cpu';
  /** `?selftest=always`: have the graphics processor, or a software adapter, prove what it computes, whatever is known. */
  readonly alwaysTestsGpu: boolean;
  /** `?picture=coffee`: the built-in picture to open. */
  readonly picture: string | null;
  /** `?size=256`: longest side that pictures are reduced to, in pixels. */
  readonly workingSizePx: number;
  /** `?network=unet-16-4-2`: kind, width, depth and stride. */
  readonly network: NetworkSettings | null;
  /** `?embed=https://example.org`: the page in whose frame this one is, and whose scripts it answers. */
  readonly embed: string | null;
}

export const DEFAULT_WORKING_SIZE_PX = 512;

const backendSchema = v.picklist(['auto', 'webgpu', 'wasm', 'webgl', 'cpu']);
const pictureSchema = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/));
const sizeSchema = v.pipe(v.string(), v.regex(/^\d{2,4}$/), v.transform(Number), v.minValue(32), v.maxValue(1024));

/**
 * Reads the query string of the page's address (`?a=b&c=d` or without the question mark).
 * A parameter that makes no sense is left out and named in `problems`, one sentence each; nothing throws.
 */
export function parseLaunchOptions(parameters: Iterable<readonly [name: string, value: string]>): {
  options: LaunchOptions;
  problems: string[];
} {
  const given = new Map(parameters);
  const problems: string[] = [];
  function read<T>(name: string, parse: (value: string) => T | undefined, otherwise: T): T {
    const value = given.get(name);
    if (value === undefined) return otherwise;
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    problems.push(`The address asks for ${name}=${shortened(value)}, which is not possible; it was left out.`);
    return otherwise;
  }
  const valid =
    <Schema extends v.GenericSchema>(schema: Schema) =>
    (value: string): v.InferOutput<Schema> | undefined => {
      const result = v.safeParse(schema, value);
      return result.success ? result.output : undefined;
    };
  const options: LaunchOptions = {
    backend: read<LaunchOptions['backend']>('backend', valid(backendSchema), 'auto'),
    alwaysTestsGpu: read<string | null>('selftest', valid(v.literal('always')), null) !== null,
    picture: read<string | null>('picture', valid(pictureSchema), null),
    workingSizePx: read<number>('size', valid(sizeSchema), DEFAULT_WORKING_SIZE_PX),
    network: read<NetworkSettings | null>('network', parseNetwork, null),
    embed: read<string | null>('embed', (value) => parseOrigin(value) ?? undefined, null),
  };
  return { options, problems };
}

function parseNetwork(value: string): NetworkSettings | undefined {
  const match = new RegExp(`^(${NETWORK_KINDS.join('|')})-(\\d{1,3})-(\\d)-(\\d)$`).exec(value);
  if (match === null) return undefined;
  const [, kind, width, depth, stride] = match;
  const result = v.safeParse(networkSettingsSchema, {
    kind,
    width: Number(width),
    depth: Number(depth),
    stride: Number(stride),
  });
  return result.success ? result.output : undefined;
}

function shortened(value: string): string {
  return value.length <= 30 ? `“${value}”` : `“${value.slice(0, 30)}…”`;
}
