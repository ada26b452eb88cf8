import { EMBEDDED_WEIGHTS, WEIGHTS_BYTES, WEIGHTS_CHECKSUM } from 'virtual:mobile-net-weights';
import { crc32 } from '../../base/crc32.ts';
import { messageOf } from '../../base/messageOf.ts';
import { HALVING } from './mobileNet.ts';
import { allMobileNetLayers } from './mobileNetLayers.ts';
import { type LayerWeights, unpackWeights } from './packedWeights.ts';

/**
 * The first layer was trained on colours in [−1, 1]; a standardised colour of one deviation is shown to it as half of
 * that range.
 */
const INPUT_SCALE = 0.5;

/**
 * Block 0's maps have a deviation of about 5 (measured on photographs, micrographs and aerial pictures). They are handed
 * on to be added to others with one of about 1; the next layer takes it back.
 */
const BLOCK_0_SCALE = 0.2;

/** The little of the platform's that this needs; this room is compiled without the DOM's types. */
declare function fetch(url: string, options: { readonly cache: 'default' | 'reload' }): Promise<FetchResponse>;

interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

let unpacked: ReadonlyMap<string, LayerWeights> | null = null;

/**
 * The weights of MobileNetV2's first blocks by the name of the layer, for standardised colours: from Google's MoveNet
 * (Apache-2.0), which learned them on photographs. And those of the layer that halves a picture. The same map at every
 * call; do not write into it. Throws an `Error` in the page before {@link loadMobileNetWeights} has ended.
 */
export function mobileNetWeights(): ReadonlyMap<string, LayerWeights> {
  if (unpacked === null) {
    if (EMBEDDED_WEIGHTS === null) throw new Error('The pretrained weights were asked for before they were loaded.');
    unpacked = unpackedFrom(EMBEDDED_WEIGHTS);
  }
  return unpacked;
}

/**
 * Fetches the weights' file, which the build put beside the scripts, and checks that it is the one that belongs to them,
 * byte for byte. What a cache has damaged is fetched once more, past it. Rejects with an `Error` whose message is a
 * sentence for a person when it does not arrive or is damaged.
 */
export async function loadMobileNetWeights(url: string): Promise<void> {
  for (const cache of ['default', 'reload'] as const) {
    const bytes = await fetched(url, cache);
    if (bytes.length !== WEIGHTS_BYTES || crc32(bytes) !== WEIGHTS_CHECKSUM) continue;
    unpacked = unpackedFrom(bytes);
    return;
  }
  throw new Error('The pretrained weights arrived damaged; try again, or reload the page.');
}

async function fetched(url: string, cache: 'default' | 'reload'): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { cache });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new Error(`The pretrained weights could not be loaded: ${messageOf(cause)}.`, { cause });
  }
}

function unpackedFrom(bytes: Uint8Array): ReadonlyMap<string, LayerWeights> {
  return scaled(unpackWeights(allMobileNetLayers(), halvesOf(bytes)));
}

/** Half-precision numbers, little-endian. */
function halvesOf(bytes: Uint8Array): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const halves = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < halves.length; i++) halves[i] = view.getUint16(2 * i, true);
  return halves;
}

function scaled(weights: ReadonlyMap<string, LayerWeights>): ReadonlyMap<string, LayerWeights> {
  const result = new Map(weights).set(HALVING, { kernel: new Float32Array(12).fill(1 / 4), bias: new Float32Array(3) });
  const scale = (name: string, ofKernel: number, ofBias: number) => {
    const layer = result.get(name);
    if (layer === undefined) throw new RangeError(`There is no pretrained layer ${name}.`);
    result.set(name, { kernel: layer.kernel.map((v) => ofKernel * v), bias: layer.bias.map((v) => ofBias * v) });
  };
  scale('conv1', INPUT_SCALE, 1);
  scale('block0/project', BLOCK_0_SCALE, BLOCK_0_SCALE);
  scale('block1/expand', 1 / BLOCK_0_SCALE, 1);
  return result;
}
