import { describe, expect, test } from 'vitest';
import { datasetPaths, datasetTexts, maskTexts } from './dataset.ts';

const CLASSES = [
  { id: 7, name: 'Leaf "green"', color: '#22aa44' },
  { id: 0, name: 'Bare\nground', color: '#8a5a2b' },
];
const TRAIN = { name: 'cat', ending: 'jpg', use: 'train' } as const;
const TEST = { name: 'dog', ending: 'png', use: 'test' } as const;

describe('layouts', () => {
  test("mmsegmentation's has a folder a split, tests validate", () => {
    expect(datasetPaths('mmsegmentation', TRAIN)).toEqual({
      picture: 'img_dir/train/cat.jpg',
      mask: 'ann_dir/train/cat.png',
    });
    expect(datasetPaths('mmsegmentation', TEST)).toEqual({
      picture: 'img_dir/val/dog.png',
      mask: 'ann_dir/val/dog.png',
    });
  });

  test("fast.ai's has CamVid's names and lists what validates", () => {
    expect(datasetPaths('fastai', TEST)).toEqual({ picture: 'images/dog.png', mask: 'labels/dog_P.png' });
    const texts = datasetTexts('fastai', CLASSES, [TRAIN, TEST]);
    expect(texts.get('codes.txt')).toBe(texts.get('classes.txt'));
    expect(texts.get('valid.txt')).toBe('dog.png\n');
    expect(texts.get('README.txt')).toContain('ignore_index=255');
  });
});

describe('texts', () => {
  test('classes have a line each, in the order of the values, whatever their names', () => {
    for (const texts of [maskTexts(CLASSES), datasetTexts('mmsegmentation', CLASSES, [TRAIN])]) {
      expect(texts.get('classes.txt')).toBe('Leaf "green"\nBare ground\n');
      expect(JSON.parse(texts.get('palette.json') ?? '')).toEqual([
        { value: 0, name: 'Leaf "green"', color: [0x22, 0xaa, 0x44] },
        { value: 1, name: 'Bare\nground', color: [0x8a, 0x5a, 0x2b] },
        { value: 255, name: 'unlabeled (ignore)', color: [0, 0, 0] },
      ]);
      expect(texts.get('README.txt')).toContain('ignore_index=255');
    }
  });

  test('the configuration names classes, colours and what 255 means', () => {
    const readme = datasetTexts('mmsegmentation', CLASSES, [TRAIN]).get('README.txt');
    expect(readme).toContain(
      'metainfo=dict(classes=("Leaf \\"green\\"", "Bare ground", ), palette=[[34, 170, 68], [138, 90, 43]])',
    );
    expect(readme).toContain('reduce_zero_label=False');
    expect(readme).toContain("img_suffix='.jpg'");
    expect(readme).not.toContain('ConcatDataset');
  });

  test('pictures of several endings are pointed out', () => {
    const readme = datasetTexts('mmsegmentation', CLASSES, [TRAIN, TEST]).get('README.txt');
    expect(readme).toContain('The pictures end in .jpg, .png: make one such dataset of each');
  });
});
