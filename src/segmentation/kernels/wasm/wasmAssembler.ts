/** Instructions in WebAssembly's binary format (WebAssembly Core Specification 2.0, chapter 5). */
export type Code = readonly number[];

/** A parameter or local variable of a function. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

/** What the body of a function is written with. */
export interface FunctionScope<Parameter extends string> {
  readonly parameters: Readonly<Record<Parameter, Local>>;
  /** A new variable of 32-bit integers. */
  integer(): Local;
  /** A new variable of the function's vectors. */
  vector(): Local;
}

/** A function without result whose parameters are all 32-bit integers, ready for {@link assemble}. */
export interface WasmFunction {
  readonly name: string;
  readonly parameterCount: number;
  /** Types of the locals. */
  readonly locals: readonly number[];
  readonly body: Code;
}

/** A function's arguments in the order of their names; they are positional because calls take as long as short rows. */
export type Arguments<Names extends readonly string[]> = { [Index in keyof Names]: number };

/** Types of variables. */
export const VALUE = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
const TYPE = { function: 0x60, none: 0x40 } as const;
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const KIND = { function: 0, memory: 2 } as const;
/** Addresses are promised to be multiples of 2². */
const ALIGNMENT = 2;

/** LEB128, unsigned. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

/** LEB128, signed. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 127) | 128);
    rest >>= 7;
  }
  return [...bytes, rest & 127];
}

export const constant = (value: number): Code => [0x41, ...signed(value)];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
/** What a load or store has after its instruction. */
export const memoryAt = (offset: number): Code => [ALIGNMENT, ...unsigned(offset)];
export const loadInteger = (address: Code, offset: number): Code => [...address, 0x28, ...memoryAt(offset)];
/** `local += amount`. */
export const advance = (local: Local, amount: Code): Code => local.set(add(local.get, amount));

/** Runs `body` as often as `counter` says, at least once, and counts it down to 0. */
export function repeat(counter: Local, body: readonly Code[]): Code {
  const countDown = [...counter.get, ...constant(1), 0x6b];
  return [0x03, TYPE.none, ...body.flat(), ...counter.set(countDown), ...counter.get, 0x0d, 0, 0x0b];
}

export function wasmFunction<Parameter extends string>(
  name: string,
  parameters: readonly Parameter[],
  vectors: { readonly type: number },
  write: (scope: FunctionScope<Parameter>) => readonly Code[],
): WasmFunction {
  const locals: number[] = [];
  const local = (index: number): Local => ({
    get: [0x20, ...unsigned(index)],
    set: (value) => [...value, 0x21, ...unsigned(index)],
  });
  const declare = (type: number) => local(parameters.length + locals.push(type) - 1);
  const body = write({
    parameters: Object.fromEntries(parameters.map((p, i) => [p, local(i)])) as Record<Parameter, Local>,
    integer: () => declare(VALUE.i32),
    vector: () => declare(vectors.type),
  }).flat();
  return { name, parameterCount: parameters.length, locals, body };
}

/** The bytes of a module that exports `functions` by name and works on a memory imported as `host.memory`. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const list = (items: readonly Code[]) => [...unsigned(items.length), ...items.flat()];
  const section = (id: number, items: readonly Code[]) => {
    const content = list(items);
    return [id, ...unsigned(content.length), ...content];
  };
  const text = (name: string) => list(Array.from(name, (letter) => [letter.charCodeAt(0)]));
  const types = functions.map(({ parameterCount }) => [
    TYPE.function,
    ...list(Array.from({ length: parameterCount }, () => [VALUE.i32])),
    0,
  ]);
  const codes = functions.map(({ locals, body }) => {
    const code = [...list(locals.map((type) => [1, type])), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  const anySize = [0, 0];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(SECTION.type, types),
    ...section(SECTION.import, [[...text('host'), ...text('memory'), KIND.memory, ...anySize]]),
    ...section(
      SECTION.function,
      functions.map((_, type) => unsigned(type)),
    ),
    ...section(
      SECTION.export,
      functions.map(({ name }, index) => [...text(name), KIND.function, ...unsigned(index)]),
    ),
    ...section(SECTION.code, codes),
  ]);
}
