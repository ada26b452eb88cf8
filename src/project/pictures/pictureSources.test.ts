import { describe, expect, test } from 'vitest';
import {
  cameraMessage,
  compareNames,
  filesOfEntries,
  isPictureFile,
  MAX_DROPPED_FILES,
  snapshotName,
} from './pictureSources.ts';

const ENTRIES_AT_A_TIME = 100;

/** A file as a drop presents it, or one that cannot be read. */
function fileEntry(name: string, isReadable = true): FileSystemEntry {
  const entry: Partial<FileSystemFileEntry> = {
    name,
    isFile: true,
    isDirectory: false,
    file: (resolve, reject) => {
      if (isReadable) resolve(new File([], name));
      else reject?.(new DOMException('gone', 'NotFoundError'));
    },
  };
  return entry as FileSystemFileEntry;
}

/** A folder as a drop presents it: like Chromium, a hundred entries at a time. */
function folderEntry(name: string, children: readonly FileSystemEntry[]): FileSystemEntry {
  const entry: Partial<FileSystemDirectoryEntry> = {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      let start = 0;
      return {
        readEntries: (resolve) => {
          resolve(children.slice(start, start + ENTRIES_AT_A_TIME));
          start += ENTRIES_AT_A_TIME;
        },
      };
    },
  };
  return entry as FileSystemDirectoryEntry;
}

async function namesOf(entries: readonly FileSystemEntry[]): Promise<string[]> {
  return (await filesOfEntries(entries)).map(({ name }) => name);
}

describe('isPictureFile', () => {
  test.each([
    ['a.png', 'image/png', true],
    ['without extension', 'image/webp', true],
    ['SCAN.TIF', '', true],
    ['b.tiff', 'application/octet-stream', true],
    ['c.jpeg', '', true],
    ['drawing.svg', 'image/svg+xml', false],
    ['drawing.svg', '', false],
    ['notes.txt', 'text/plain', false],
    ['project.zip', 'application/zip', false],
    ['png', '', false],
  ])('%s of type “%s”: %s', (name, type, expected) => {
    expect(isPictureFile({ name, type })).toBe(expected);
  });
});

test('compareNames counts as people do and never calls different names equal', () => {
  const names = ['cell 10.png', 'Cell 2.png', 'cell 1.png', 'b', 'A', 'a'];
  expect(names.sort(compareNames)).toEqual(['A', 'a', 'b', 'cell 1.png', 'Cell 2.png', 'cell 10.png']);
});

describe('filesOfEntries', () => {
  test('walks folders in the order of their names', async () => {
    const tree = [
      fileEntry('z.png'),
      folderEntry('day 10', [fileEntry('1.png')]),
      folderEntry('day 2', [fileEntry('b.png'), folderEntry('a', [fileEntry('deep.png')]), fileEntry('.DS_Store')]),
    ];
    expect(await namesOf(tree)).toEqual(['deep.png', 'b.png', '1.png', 'z.png']);
  });

  test('takes all entries of a large folder', async () => {
    const children = Array.from({ length: 250 }, (_, i) => fileEntry(`${i}.png`));
    expect(await namesOf([folderEntry('many', children)])).toEqual(children.map(({ name }) => name));
  });

  test('leaves out what cannot be read', async () => {
    expect(await namesOf([fileEntry('gone.png', false), fileEntry('there.png')])).toEqual(['there.png']);
  });

  test('ends at its limit, also in a folder that holds itself', async () => {
    const children = [fileEntry('a.png')];
    const folder = folderEntry('round', children);
    children.push(folder);
    expect(await namesOf([folder])).toHaveLength(MAX_DROPPED_FILES);
  });
});

describe('the camera', () => {
  test('names snapshots by local time', () => {
    expect(snapshotName(new Date(2025, 2, 4, 9, 5, 7))).toBe('camera 2025-03-04 09.05.07.jpg');
  });

  test.each([
    ['NotAllowedError', 'The camera was not allowed; allow it in the browser’s address bar and try again.'],
    ['NotFoundError', 'No camera was found on this device.'],
    ['NotReadableError', 'The camera could not be started; another program may be using it.'],
    ['TypeError', 'The camera could not be started in this browser.'],
  ])('has a sentence for %s', (name, message) => {
    expect(cameraMessage(new DOMException('x', name))).toBe(message);
  });
});
