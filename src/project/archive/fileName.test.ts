import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf } from '../formats/base64TestTools.ts';
import { fixture } from '../pictures/pictureFixture.ts';
import { pictureEnding, safeFileName, UniqueNames } from './fileName.ts';

test.each([
  ['photo.JPG', 'photo'],
  ['  my cat (2).jpeg ', 'my-cat-2'],
  ['../../etc/passwd', 'etc-passwd'],
  ['C:\\temp\\x.png', 'C-temp-x'],
  ['con', '_con'],
  ['NUL.txt', '_NUL.txt'],
  ['console', 'console'],
  ['叶子 1', '叶子-1'],
  ['été.webp', 'été'],
  ['v1.2 final', 'v1.2-final'],
  ['.png', 'picture'],
  ['???', 'picture'],
  ['', 'picture'],
])('%j becomes %j', (name, expected) => {
  expect(safeFileName(name)).toBe(expected);
});

test('names are short, never hidden, and free of what any system refuses', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (name) => {
      const safe = safeFileName(name);
      expect([...safe].length).toBeLessThanOrEqual(61);
      expect(safe).toMatch(/^[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}._-]*$/u);
      expect(safe).not.toMatch(/[.-]$|\.\./);
    }),
  );
});

test('names that differ by their case or ending alone are told apart', () => {
  const names = new UniqueNames();
  expect(['cat.jpg', 'Cat.png', 'cat-2', 'cat'].map((name) => names.take(name))).toEqual([
    'cat',
    'Cat-2',
    'cat-2-2',
    'cat-3',
  ]);
});

test('endings are those of the media type, or else of the bytes', () => {
  const nothing = new Uint8Array();
  const endings = ['image/jpeg', 'image/svg+xml', '', 'constructor'].map((type) => pictureEnding(type, nothing));
  expect(endings).toEqual(['jpg', 'bin', 'bin', 'bin']);
  for (const [format, ending] of [
    ['JPEG', 'jpg'],
    ['PNG', 'png'],
    ['WebP, lossy', 'webp'],
    ['BMP', 'bmp'],
  ] as const) {
    expect(pictureEnding('', bytesOf(fixture.pictures[format]))).toBe(ending);
    expect(pictureEnding('', bytesOf(fixture.pictures[format]).slice(0, 20))).toBe('bin');
  }
});
