const LARGEST = 0xffff_ffff;

/**
 * Collects numbers as bytes: small ones take one. Written here because the packages that do it bring a message format or
 * big integers along, and say of bytes that end too early less than the formats' own sentences do.
 */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** `capacity`: bytes that there is room for at first, at least one. */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2³² − 1, seven bits a byte, the lowest first (LEB128). */
  varint(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest % 128) + 128);
    this.byte(rest);
  }

  /** A whole number of either sign: 0, −1, 1, −2, … are written as 0, 1, 2, 3, … */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** All bytes, in a buffer of exactly their size. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads what {@link ByteWriter} wrote. Throws where the bytes end too early or say what cannot be. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #errorOf: (problem: string) => Error;
  #offset = 0;

  /** `errorOf`: what is thrown; gets what is wrong as a predicate such as "ends too early". */
  constructor(bytes: Uint8Array, errorOf: (problem: string) => Error) {
    this.#bytes = bytes;
    this.#errorOf = errorOf;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  byte(): number {
    const value = this.#bytes[this.#offset];
    if (value === undefined) throw this.#errorOf('ends too early');
    this.#offset++;
    return value;
  }

  bytes(count: number): Uint8Array {
    if (count > this.remaining) throw this.#errorOf('ends too early');
    this.#offset += count;
    return this.#bytes.subarray(this.#offset - count, this.#offset);
  }

  varint(most = LARGEST): number {
    let value = 0;
    for (let scale = 1; scale <= 128 ** 4; scale *= 128) {
      const byte = this.byte();
      value += (byte % 128) * scale;
      if (byte < 128) {
        if (value <= most) return value;
        throw this.#errorOf('holds a number that is too large');
      }
    }
    throw this.#errorOf('holds a number that is too long');
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
