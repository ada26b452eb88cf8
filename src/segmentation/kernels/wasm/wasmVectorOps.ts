import { type Code, constant, type Local, memoryAt, unsigned, VALUE } from './wasmAssembler.ts';

/** Where a lane lies in memory. */
type PlaceOfLane = (lane: number) => { readonly address: Code; readonly offset: number };

/** Instructions on `lanes` neighbouring floats, which need WebAssembly's SIMD where there are four. */
export interface VectorOps {
  readonly lanes: 1 | 4;
  readonly bytes: number;
  readonly type: number;
  readonly zero: Code;
  load(address: Code, offset: number): Code;
  /** One float, in every lane. */
  loadSplat(address: Code, offset: number): Code;
  /** Floats that lie apart. */
  gather(placeOf: PlaceOfLane): Code;
  store(address: Code, offset: number, value: Code): Code;
  /** To floats that lie apart. */
  scatter(placeOf: PlaceOfLane, value: Local): Code;
  /** A number in every lane. */
  splat(value: number): Code;
  add(a: Code, b: Code): Code;
  subtract(a: Code, b: Code): Code;
  multiply(a: Code, b: Code): Code;
  divide(a: Code, b: Code): Code;
  max(a: Code, b: Code): Code;
  /** `b` where that is greater, else `a`: a quicker {@link max}, where it may pass over a NaN in `b`. */
  raise(a: Code, b: Code): Code;
  /** All bits where `a` is less than `b`, else none, also where one of them is NaN. */
  less(a: Code, b: Code): Code;
  readonly bits: BitOps;
}

/** Instructions on the bits of {@link VectorOps}' lanes, taken as 32-bit integers. */
interface BitOps {
  splat(value: number): Code;
  and(a: Code, b: Code): Code;
  or(a: Code, b: Code): Code;
  add(a: Code, b: Code): Code;
  shiftLeft(value: Code, by: number): Code;
  shiftRight(value: Code, by: number): Code;
  /** All bits where the two are equal, else none. */
  equal(a: Code, b: Code): Code;
  /** The integers as floats. */
  toFloat(value: Code): Code;
}

const SIMD = 0xfd;

export function vectorOps(lanes: 1 | 4): VectorOps {
  const scalar = lanes === 1;
  const operation = (one: number, four: number) => (scalar ? [one] : [SIMD, ...unsigned(four)]);
  const binary = (one: number, four: number) => (a: Code, b: Code) => [...a, ...b, ...operation(one, four)];
  const load = (four: number) => (address: Code, offset: number) => [
    ...address,
    ...operation(0x2a, four),
    ...memoryAt(offset),
  ];
  const [loadFirst, stored] = [load(0x5c), operation(0x38, 0x0b)];
  return {
    lanes,
    bytes: 4 * lanes,
    type: scalar ? VALUE.f32 : VALUE.v128,
    zero: scalar ? [0x43, 0, 0, 0, 0] : [SIMD, 0x0c, ...Array.from({ length: 16 }, () => 0)],
    load: load(0x00),
    loadSplat: load(0x09),
    gather: (placeOf) => {
      const first = placeOf(0);
      let loaded: Code = loadFirst(first.address, first.offset);
      for (let lane = 1; lane < lanes; lane++) {
        const { address, offset } = placeOf(lane);
        loaded = [...address, ...loaded, SIMD, 0x56, ...memoryAt(offset), lane];
      }
      return loaded;
    },
    store: (address, offset, value) => [...address, ...value, ...stored, ...memoryAt(offset)],
    scatter: (placeOf, value) =>
      Array.from({ length: lanes }, (_, lane) => {
        const { address, offset } = placeOf(lane);
        const one = [...address, ...value.get, ...operation(0x38, 0x5a), ...memoryAt(offset)];
        return scalar ? one : [...one, lane];
      }).flat(),
    splat: (value) => [0x43, ...floatBytes(value), ...(scalar ? [] : [SIMD, 0x13])],
    add: binary(0x92, 0xe4),
    subtract: binary(0x93, 0xe5),
    multiply: binary(0x94, 0xe6),
    divide: binary(0x95, 0xe7),
    max: binary(0x97, 0xe9),
    raise: binary(0x97, 0xeb),
    // As `equal` below.
    less: (a, b) => (scalar ? asFloat([...constant(0), ...a, ...b, 0x5d, 0x6b]) : [...a, ...b, SIMD, 0x43]),
    bits: scalar ? SCALAR_BITS : VECTOR_BITS,
  };
}

/** IEEE single precision, the lowest byte first. */
function floatBytes(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return new Uint8Array(view.buffer);
}

/** A float's bits as an integer, and the other way round. */
const asInteger = (value: Code): Code => [...value, 0xbc];
const asFloat = (value: Code): Code => [...value, 0xbe];

const SCALAR_BITS: BitOps = {
  splat: (value) => asFloat(constant(value)),
  and: (a, b) => asFloat([...asInteger(a), ...asInteger(b), 0x71]),
  or: (a, b) => asFloat([...asInteger(a), ...asInteger(b), 0x72]),
  add: (a, b) => asFloat([...asInteger(a), ...asInteger(b), 0x6a]),
  shiftLeft: (value, by) => asFloat([...asInteger(value), ...constant(by), 0x74]),
  shiftRight: (value, by) => asFloat([...asInteger(value), ...constant(by), 0x76]),
  // The comparison gives 0 or 1, of which the negative has no bit or all.
  equal: (a, b) => asFloat([...constant(0), ...asInteger(a), ...asInteger(b), 0x46, 0x6b]),
  toFloat: (value) => [...asInteger(value), 0xb2],
};

const simd = (instruction: number): Code => [SIMD, ...unsigned(instruction)];

const VECTOR_BITS: BitOps = {
  splat: (value) => [...constant(value), ...simd(0x11)],
  and: (a, b) => [...a, ...b, ...simd(0x4e)],
  or: (a, b) => [...a, ...b, ...simd(0x50)],
  add: (a, b) => [...a, ...b, ...simd(0xae)],
  shiftLeft: (value, by) => [...value, ...constant(by), ...simd(0xab)],
  shiftRight: (value, by) => [...value, ...constant(by), ...simd(0xad)],
  equal: (a, b) => [...a, ...b, ...simd(0x37)],
  toFloat: (value) => [...value, ...simd(0xfa)],
};
