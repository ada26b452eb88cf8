import { readFileSync } from 'node:fs';
import path from 'node:path';
import { imageSize } from 'image-size';
import { describe, expect, it } from 'vitest';
import { animateWebp } from './animatedWebp.ts';
import { REPOSITORY } from './stages.mjs';

const [coffee, earth] = ['coffee', 'earth'].map((name) =>
  readFileSync(path.join(REPOSITORY, 'public', 'samples', `${name}.webp`)),
) as [Buffer, Buffer];

/** Names and bytes of a RIFF list's chunks, by the container's own lengths. */
function chunksOf(list: Buffer): { name: string; bytes: Buffer }[] {
  const chunks: { name: string; bytes: Buffer }[] = [];
  for (let start = 0; start < list.length; ) {
    const length = list.readUInt32LE(start + 4);
    chunks.push({
      name: list.toString('latin1', start, start + 4),
      bytes: list.subarray(start + 8, start + 8 + length),
    });
    start += 8 + length + (length % 2);
  }
  return chunks;
}

describe('animateWebp', () => {
  it("puts the files' own pictures one after the other, each with its time", () => {
    const film = animateWebp(
      [
        { webp: coffee, durationMs: 70 },
        { webp: earth, durationMs: 1000 },
      ],
      512,
      341,
    );
    expect(imageSize(film)).toMatchObject({ width: 512, height: 341, type: 'webp' });
    const [riff, ...others] = chunksOf(film);
    expect(others).toEqual([]);
    const chunks = chunksOf(riff?.bytes.subarray(4) ?? Buffer.alloc(0));
    expect(chunks.map(({ name }) => name)).toEqual(['VP8X', 'ANIM', 'ANMF', 'ANMF']);
    const frames = chunks.filter(({ name }) => name === 'ANMF').map(({ bytes }) => bytes);
    expect(frames.map((bytes) => bytes.readUIntLE(12, 3))).toEqual([70, 1000]);
    expect(frames.map((bytes) => bytes.subarray(16))).toEqual([coffee.subarray(12), earth.subarray(12)]);
  });

  it('refuses no frames and bytes that are no lossy WebP', () => {
    expect(() => animateWebp([], 2, 2)).toThrow(RangeError);
    expect(() => animateWebp([{ webp: coffee.subarray(0, 12), durationMs: 1 }], 2, 2)).toThrow('lossy WebP');
  });
});
