/** Bytes that are no link; caught where the link is read. */
export class LinkFormatError extends Error {
  override name = 'LinkFormatError';
}

const LARGEST = 0xffff_ffff;

/** Collects numbers as bytes: small ones take one. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

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

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads what {@link ByteWriter} wrote. Throws a {@link LinkFormatError} where the bytes end or say what cannot be. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  byte(): number {
    const value = this.#bytes[this.#offset];
    if (value === undefined) throw new LinkFormatError('ends too early');
    this.#offset++;
    return value;
  }

  bytes(count: number): Uint8Array {
    if (count > this.remaining) throw new LinkFormatError('ends too early');
    this.#offset += count;
    return this.#bytes.subarray(this.#offset - count, this.#offset);
  }

  varint(most = LARGEST): number {
    let value = 0;
    for (let scale = 1; scale <= 128 ** 4; scale *= 128) {
      const byte = this.byte();
      value += (byte % 128) * scale;
      if (byte >= 128) continue;
      if (value > most) throw new LinkFormatError('holds a number that is too large');
      return value;
    }
    throw new LinkFormatError('holds a number that is too long');
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
