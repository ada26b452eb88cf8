import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import * as v from 'valibot';
import type { Plugin } from 'vite';
import { allMobileNetLayers } from '../src/segmentation/pretrained/mobileNetLayers.ts';

const MODULE = 'virtual:mobile-net-weights';

/** What the module is called in a bundle. */
export const WEIGHTS_MODULE = `\0${MODULE}`;

/** The weights' file, as the page imports its address: it gets a hash in its name, as every other asset. */
const FILE = `${MODULE}.bin`;

/** The folder of the package that the weights come from. */
export const WEIGHTS_PACKAGE = path.join('node_modules', '@vladmandic', 'human');

/** Where the trunk's layers are named in the graph. */
const PREFIX = 'StatefulPartitionedCall/center_net_mobile_net_v2fpn_feature_extractor/model_1/model/';

const modelSchema = v.object({
  modelTopology: v.object({
    node: v.array(v.object({ name: v.string(), input: v.optional(v.array(v.string()), []) })),
  }),
  weightsManifest: v.array(
    v.object({
      weights: v.array(
        v.object({
          name: v.string(),
          shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
          dtype: v.string(),
          quantization: v.optional(v.object({ dtype: v.string() })),
        }),
      ),
    }),
  ),
});

const BYTES: Readonly<Record<string, number>> = { float16: 2, float32: 4, int32: 4 };

/**
 * The first blocks of the MobileNetV2 in MoveNet Lightning (Google, Apache-2.0), batch normalisation folded in, from the
 * package `@vladmandic/human` (MIT). The build fails where the package does not have what the layers ask for.
 *
 * `virtual:mobile-net-weights.bin?url` is the address of the weights' file; the module `virtual:mobile-net-weights` knows
 * the file's length and checksum. In programs for Node, which have no page to fetch from, it holds the file itself, too.
 */
export function mobileNetWeightsPlugin(): Plugin {
  let root = '';
  const extracted = () => extractedHalves(path.join(root, WEIGHTS_PACKAGE, 'models'));
  return {
    name: 'mobile-net-weights',
    configResolved(config) {
      root = config.root;
    },
    resolveId(id) {
      if (id === MODULE) return WEIGHTS_MODULE;
      return id === `${FILE}?url` ? `${writtenFile(root, extracted())}?url` : null;
    },
    load(id) {
      if (id !== WEIGHTS_MODULE) return null;
      const bytes = extracted();
      const isForNode = this.environment.config.consumer === 'server';
      return `export const WEIGHTS_BYTES = ${bytes.length};
export const WEIGHTS_CHECKSUM = ${crc32(bytes)};
export const EMBEDDED_WEIGHTS = ${isForNode ? `new Uint8Array(Buffer.from('${bytes.toString('base64')}', 'base64'))` : 'null'};`;
    },
  };
}

/** Where the file lies now, for Vite to serve or to put among the page's assets. */
function writtenFile(root: string, bytes: Buffer): string {
  const file = path.join(root, 'node_modules', '.cache', 'mobileNet', 'mobileNet.bin');
  mkdirSync(path.dirname(file), { recursive: true });
  // Whole or not at all: builds may run side by side.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, bytes);
  renameSync(partial, file);
  return file;
}

function extractedHalves(folder: string): Buffer {
  const file = (name: string) => readFileSync(path.join(folder, name));
  const model = v.parse(modelSchema, JSON.parse(file('movenet-lightning.json').toString('utf8')));
  const halves = halvesByName(model, file('movenet-lightning.bin'));
  const inputsOf = new Map(model.modelTopology.node.map(({ name, input }) => [name, input]));
  return Buffer.concat(
    allMobileNetLayers().flatMap(({ name, kernelShape, outputs }) => {
      const [, kernel, bias] = inputsOf.get(PREFIX + nodeName(name)) ?? [];
      return [
        { weight: kernel, shape: kernelShape },
        { weight: bias, shape: [outputs] },
      ].map(({ weight, shape }) => {
        const found = halves.get(weight ?? '');
        if (found === undefined || found.shape.join() !== shape.join()) {
          throw new Error(`The package has no weights of shape [${shape}] for the layer ${name}.`);
        }
        return found.bytes;
      });
    }),
  );
}

/** The node of the graph that computes a layer of ours. */
function nodeName(layer: string): string {
  const [block = '', part = ''] = layer.split('/');
  if (layer === 'conv1') return 'Conv1_relu/Relu6';
  const own = block === 'block0' ? 'expanded_conv_' : `${block.replace('block', 'block_')}_`;
  if (part === 'expand') return `${own}expand_relu/Relu6`;
  return part === 'depthwise' ? `${own}depthwise/depthwise` : `${own}project_BN/FusedBatchNormV3`;
}

function halvesByName(model: v.InferOutput<typeof modelSchema>, bytes: Buffer) {
  const halves = new Map<string, { readonly shape: readonly number[]; readonly bytes: Buffer }>();
  let end = 0;
  for (const { name, shape, dtype, quantization } of model.weightsManifest.flatMap(({ weights }) => weights)) {
    const stored = quantization?.dtype ?? dtype;
    const size = BYTES[stored];
    if (size === undefined) throw new Error(`The package stores ${name} as ${stored}, which is not known.`);
    const start = end;
    end += size * shape.reduce((product, side) => product * side, 1);
    if (stored === 'float16') halves.set(name, { shape, bytes: bytes.subarray(start, end) });
  }
  if (end !== bytes.length) throw new Error(`The package's weights have ${bytes.length} bytes, not ${end}.`);
  return halves;
}
