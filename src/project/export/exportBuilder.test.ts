import { decode } from 'fast-png';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { PREDICTED_UNLABELED, UNLABELED } from '../../labels/planes.ts';
import { decodeMaskPng, resizeMask } from '../masks/maskPng.ts';
import { ExportBuilder } from './exportBuilder.ts';
import { ExportError, type ExportPicture, type ExportRequest } from './exportRequest.ts';
import { denseIndices } from './labelPng.ts';

const CLASSES = [
  { id: 7, name: 'Leaf', color: '#22aa44' },
  { id: 0, name: '=Ground', color: '#8a5a2b' },
];

const LABELS: ExportRequest = {
  what: 'labels',
  size: 'working',
  cleanUp: null,
  opacity: 0.5,
  layout: 'mmsegmentation',
  annotations: 'labels',
};

const WIDTH = 6;
const HEIGHT = 4;

/** A picture with one painted row of class 7, class 0 predicted everywhere but for a speck of class 7. */
function picture(name: string, changes: Partial<ExportPicture> = {}): ExportPicture {
  const classIds = new Uint8Array(WIDTH * HEIGHT).fill(UNLABELED);
  classIds.fill(7, 0, WIDTH);
  const classMap = new Uint8Array(WIDTH * HEIGHT);
  classMap[20] = 7;
  return {
    name,
    file: new Blob(['the bytes of ', name], { type: 'image/jpeg' }),
    pixels: new Uint8ClampedArray(4 * WIDTH * HEIGHT).fill(100),
    width: WIDTH,
    height: HEIGHT,
    originalWidth: 2 * WIDTH,
    originalHeight: 2 * HEIGHT,
    use: 'train',
    classIds,
    prediction: { classMap },
    scores: null,
    ...changes,
  };
}

async function built(
  request: Partial<ExportRequest>,
  ...pictures: readonly ExportPicture[]
): Promise<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }> {
  const builder = new ExportBuilder({ ...LABELS, ...request }, CLASSES);
  for (const added of pictures) await builder.add(added);
  const { name, blob } = builder.finish();
  return { name, bytes: new Uint8Array(await blob.arrayBuffer()) };
}

async function unzipped(
  request: Partial<ExportRequest>,
  ...pictures: readonly ExportPicture[]
): Promise<Record<string, Uint8Array>> {
  return unzipSync((await built(request, ...pictures)).bytes);
}

const UNPAINTED = new Uint8Array(WIDTH * HEIGHT).fill(UNLABELED);
const cat = picture('cat.jpg');
const dog = picture('dog.jpg', { use: 'test' });

describe('masks', () => {
  test('one picture becomes one file, whose values are the labels renumbered', async () => {
    const { name, bytes } = await built({}, cat);
    expect(name).toBe('cat-labels.png');
    expect(decodeMaskPng(bytes).values).toEqual(denseIndices(cat.classIds, CLASSES));
  });

  test('several become an archive with the names of the classes', async () => {
    const { name, bytes } = await built({}, cat, dog, cat);
    expect(name).toBe('labels.zip');
    const files = unzipSync(bytes);
    expect(Object.keys(files)).toEqual([
      'labels/cat.png',
      'labels/dog.png',
      'labels/cat-2.png',
      'classes.txt',
      'palette.json',
      'README.txt',
    ]);
    expect(strFromU8(files['classes.txt'] ?? new Uint8Array())).toBe('Leaf\n=Ground\n');
  });

  test('the original size repeats the nearest pixels', async () => {
    const { bytes } = await built({ size: 'original' }, cat);
    const working = { width: WIDTH, height: HEIGHT, values: denseIndices(cat.classIds, CLASSES) };
    expect(decodeMaskPng(bytes)).toEqual(resizeMask(working, 2 * WIDTH, 2 * HEIGHT));
  });

  test('predicted unlabeled and classes that no longer are become 255', async () => {
    const classMap = new Uint8Array(WIDTH * HEIGHT).fill(PREDICTED_UNLABELED);
    classMap.set([7, 0, 12]);
    const { name, bytes } = await built({ what: 'predictions' }, picture('cat', { prediction: { classMap } }));
    expect(name).toBe('cat-predictions.png');
    expect([...decodeMaskPng(bytes).values]).toEqual([0, 1, ...new Array<number>(22).fill(255)]);
  });

  test('final masks have the labels over the prediction, cleaned up on request', async () => {
    const final = [...new Array<number>(6).fill(0), ...new Array<number>(18).fill(1)];
    const tidy = await built({ what: 'final', cleanUp: { minAreaPx: 2, maxHolePx: 0 } }, cat);
    expect([...decodeMaskPng(tidy.bytes).values]).toEqual(final);
    const plain = await built({ what: 'final' }, cat);
    expect([...decodeMaskPng(plain.bytes).values]).toEqual(final.map((value, i) => (i === 20 ? 0 : value)));
    expect(plain.name).toBe('cat-final-masks.png');
  });

  test('without a prediction a final mask is the labels, and cleaning up fills nothing', async () => {
    const { bytes } = await built(
      { what: 'final', cleanUp: { minAreaPx: 100, maxHolePx: 100 } },
      picture('cat', { prediction: null }),
    );
    expect(decodeMaskPng(bytes).values).toEqual(denseIndices(cat.classIds, CLASSES));
  });

  test('pictures without a labeled pixel are left out', async () => {
    const files = await unzipped({}, cat, picture('cow', { classIds: UNPAINTED }), dog);
    expect(Object.keys(files).filter((path) => path.endsWith('.png'))).toEqual(['labels/cat.png', 'labels/dog.png']);
  });

  test('overlays show the final mask', async () => {
    const { name, bytes } = await built({ what: 'overlays' }, cat);
    expect(name).toBe('cat-overlays.png');
    const { width, height, channels, data } = decode(bytes);
    expect([width, height, channels]).toEqual([WIDTH, HEIGHT, 3]);
    // By hand: half of 100 and half of #22aa44 (34, 170, 68), and of #8a5a2b (138, 90, 43).
    expect([...data.subarray(0, 3)]).toEqual([67, 135, 84]);
    expect([...data.subarray(data.length - 3)]).toEqual([119, 95, 72]);
  });
});

describe('data sets', () => {
  test('at original size hold the files as they were opened', async () => {
    const files = await unzipped({ what: 'dataset', size: 'original' }, cat, dog, picture('cow', { use: 'skip' }));
    expect(Object.keys(files)).toEqual([
      'img_dir/train/cat.jpg',
      'ann_dir/train/cat.png',
      'img_dir/val/dog.jpg',
      'ann_dir/val/dog.png',
      'classes.txt',
      'palette.json',
      'README.txt',
    ]);
    expect(strFromU8(files['img_dir/val/dog.jpg'] ?? new Uint8Array())).toBe('the bytes of dog.jpg');
    expect(decodeMaskPng(files['ann_dir/val/dog.png'] ?? new Uint8Array()).width).toBe(2 * WIDTH);
  });

  test('at working size hold the pixels', async () => {
    const request: Partial<ExportRequest> = { what: 'dataset', layout: 'fastai', annotations: 'final' };
    const { name, bytes } = await built(request, cat, dog);
    const files = unzipSync(bytes);
    expect(name).toBe('dataset-fastai.zip');
    expect(decode(files['images/cat.png'] ?? new Uint8Array()).data).toEqual(new Uint8Array(72).fill(100));
    expect([...decodeMaskPng(files['labels/cat_P.png'] ?? new Uint8Array()).values]).not.toContain(255);
    expect(strFromU8(files['valid.txt'] ?? new Uint8Array())).toBe('dog.png\n');
  });

  test('of one picture are archives too', async () => {
    expect((await built({ what: 'dataset' }, cat)).name).toBe('dataset-mmsegmentation.zip');
  });

  test('a picture whose file is gone ends the export with a sentence', async () => {
    class GoneBlob extends Blob {
      override arrayBuffer(): Promise<ArrayBuffer> {
        return Promise.reject(new DOMException('The file is gone.', 'NotReadableError'));
      }
    }
    const gone = picture('cat', { file: new GoneBlob() });
    await expect(built({ what: 'dataset', size: 'original' }, gone)).rejects.toThrow(
      new ExportError('The file of the picture “cat” can no longer be read, so nothing was exported.'),
    );
  });
});

describe('metrics', () => {
  test('have a line a picture, and one a picture and class', async () => {
    const scores = { maskedAccuracy: 1, meanIou: 0.5, iouByClass: new Map([[7, 0.5]]) };
    const { name, bytes } = await built({ what: 'metrics' }, picture('cat', { scores }), dog);
    expect(name).toBe('metrics.zip');
    const files = unzipSync(bytes);
    expect(strFromU8(files['metrics.csv'] ?? new Uint8Array()).split('\r\n')).toEqual([
      'picture,use,labeled_pixels,pixels,masked_accuracy,mean_iou',
      'cat,train,6,24,1,0.5',
      'dog.jpg,test,6,24,,',
      '',
    ]);
    // Seven pixels are leaves: the painted row and the speck.
    expect(strFromU8(files['areas.csv'] ?? new Uint8Array()).split('\r\n')).toEqual([
      'picture,use,class,pixels,share,labeled_pixels,iou',
      'cat,train,Leaf,7,0.291667,6,0.5',
      "cat,train,'=Ground,17,0.708333,0,",
      'dog.jpg,test,Leaf,7,0.291667,6,',
      "dog.jpg,test,'=Ground,17,0.708333,0,",
      '',
    ]);
  });
});

test.each([
  ['labels', 'No picture has labels yet, so there is nothing to export.'],
  ['predictions', 'No picture has a prediction yet, so there is nothing to export; train first.'],
  ['dataset', 'No picture for training or tests has such masks yet, so there is nothing to export.'],
] as const)('an export of %s with nothing in it says why', async (what, message) => {
  const empty = picture('cat', { classIds: UNPAINTED, prediction: null });
  await expect(built({ what }, empty)).rejects.toThrow(new ExportError(message));
  await expect(built({ what })).rejects.toThrow(message);
});

test('the same export twice gives the same bytes', async () => {
  const request: Partial<ExportRequest> = { what: 'dataset' };
  expect(await built(request, cat, dog)).toEqual(await built(request, cat, dog));
});
