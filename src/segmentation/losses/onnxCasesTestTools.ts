import protobuf from 'protobufjs';
import type { Reduction } from './maskedReduction.ts';

/**
 * The parts of ONNX's files that its tests of losses need: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 * Numbers are the fields'.
 */
const SCHEMA = `
syntax = "proto2";
message Tensor { repeated int64 dims = 1; optional int32 type = 2; repeated float floats = 4; repeated int64 int64s = 7; optional bytes raw = 9; }
message Attribute { optional string name = 1; optional int64 i = 3; optional string s = 4; }
message Node { repeated string input = 1; repeated string output = 2; optional string operator = 4; repeated Attribute attribute = 5; }
message Graph { repeated Node node = 1; }
message Model { optional Graph graph = 7; }
`;

const INT64 = 7;

/** What the files are read by: Node's, whose types this room is compiled without. */
interface FileSystem {
  existsSync(path: string): boolean;
  readdirSync(path: string): string[];
  readFileSync(path: string): Uint8Array;
}

const { process } = globalThis as unknown as {
  readonly process: { getBuiltinModule(name: 'node:fs'): FileSystem };
};
const files = process.getBuiltinModule('node:fs');

export interface OnnxTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A test of the ONNX project: a loss, what it is given and what comes out. */
export interface OnnxCase {
  readonly name: string;
  readonly operator: 'SoftmaxCrossEntropyLoss' | 'NegativeLogLikelihoodLoss';
  readonly reduction: Reduction;
  /** `null`: every pixel counts. */
  readonly ignoreIndex: number | null;
  /** `[N, C, …]`. */
  readonly scores: OnnxTensor;
  /** `[N, …]`. */
  readonly labels: OnnxTensor;
  /** Of each channel. */
  readonly weight: readonly number[] | null;
  readonly loss: OnnxTensor;
}

/** The cases of both losses in a folder of ONNX's `backend/test/data/node`; none where the folder is not there. */
export function onnxLossCases(folder: string): OnnxCase[] {
  if (!files.existsSync(folder)) return [];
  return files
    .readdirSync(folder)
    .filter((name) => /^test_(sce|nllloss)_/.test(name) && !name.endsWith('_expanded'))
    .sort()
    .map((name) => readCase(`${folder}/${name}`, name));
}

function readCase(folder: string, name: string): OnnxCase {
  const types = protobuf.parse(SCHEMA).root;
  const read = (type: string, file: string) =>
    types.lookupType(type).toObject(types.lookupType(type).decode(files.readFileSync(`${folder}/${file}`)), {
      longs: Number,
      arrays: true,
    });
  const tensor = (file: string) => tensorOf(read('Tensor', `test_data_set_0/${file}.pb`) as StoredTensor);
  const [node] = (read('Model', 'model.onnx') as StoredModel).graph.node;
  if (node === undefined) throw new Error(`${name} has no operator.`);
  const attribute = (wanted: string) => node.attribute.find((one) => one.name === wanted);
  return {
    name: name.slice('test_'.length),
    operator: node.operator as OnnxCase['operator'],
    reduction: (attribute('reduction')?.s ?? 'mean') as Reduction,
    ignoreIndex: attribute('ignore_index')?.i ?? null,
    scores: tensor('input_0'),
    labels: tensor('input_1'),
    weight: node.input.length > 2 ? tensor('input_2').values : null,
    loss: tensor('output_0'),
  };
}

interface StoredTensor {
  readonly dims: readonly number[];
  readonly type: number;
  readonly floats: readonly number[];
  readonly int64s: readonly number[];
  readonly raw?: Uint8Array;
}

interface StoredModel {
  readonly graph: {
    readonly node: readonly {
      readonly input: readonly string[];
      readonly operator: string;
      readonly attribute: readonly { readonly name: string; readonly i?: number; readonly s?: string }[];
    }[];
  };
}

function tensorOf({ dims, type, floats, int64s, raw }: StoredTensor): OnnxTensor {
  if (raw === undefined) return { shape: dims, values: type === INT64 ? int64s : floats };
  const bytes = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const width = type === INT64 ? 8 : 4;
  const values = Array.from({ length: raw.byteLength / width }, (_, i) =>
    type === INT64 ? Number(bytes.getBigInt64(width * i, true)) : bytes.getFloat32(width * i, true),
  );
  return { shape: dims, values };
}
