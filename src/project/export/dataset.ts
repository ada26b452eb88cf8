import type { PictureUse } from '../../settings/pictureUse.ts';
import { rgbOf } from '../formats/pngWriter.ts';
import type { DatasetLayout, ExportedClasses } from './exportRequest.ts';
import { IGNORE_VALUE } from './labelPng.ts';

/** A picture of a data set: `name` without an ending, unique in the set. */
export interface DatasetItem {
  readonly name: string;
  /** The ending of the picture's file, without the point. */
  readonly ending: string;
  readonly use: Exclude<PictureUse, 'skip'>;
}

/** Where a layout keeps a picture and its mask. */
export function datasetPaths(
  layout: DatasetLayout,
  { name, ending, use }: DatasetItem,
): { readonly picture: string; readonly mask: string } {
  if (layout === 'fastai') return { picture: `images/${name}.${ending}`, mask: `labels/${name}_P.png` };
  const split = use === 'test' ? 'val' : 'train';
  return { picture: `img_dir/${split}/${name}.${ending}`, mask: `ann_dir/${split}/${name}.png` };
}

/** The text files beside masks, by path: class names in order of the masks' values, their colours, what 255 means. */
export function maskTexts(classes: ExportedClasses): ReadonlyMap<string, string> {
  return new Map([
    ['classes.txt', classNames(classes)],
    ['palette.json', paletteJson(classes)],
    ['README.txt', `${MASKS}\n`],
  ]);
}

/** The text files of a data set, by path. */
export function datasetTexts(
  layout: DatasetLayout,
  classes: ExportedClasses,
  items: readonly DatasetItem[],
): ReadonlyMap<string, string> {
  const texts = new Map([
    ['classes.txt', classNames(classes)],
    ['palette.json', paletteJson(classes)],
  ]);
  if (layout === 'fastai') {
    const held = items.filter(({ use }) => use === 'test').map(({ name, ending }) => `${name}.${ending}\n`);
    texts.set('codes.txt', classNames(classes));
    texts.set('valid.txt', held.join(''));
    texts.set('README.txt', [MASKS, FASTAI, PICTURES].join('\n\n').concat('\n'));
  } else {
    texts.set('README.txt', [MASKS, mmsegmentation(classes, items), PICTURES].join('\n\n').concat('\n'));
  }
  return texts;
}

const MASKS = `Masks are 8-bit palette PNGs. A pixel's value is the line of its class in classes.txt, counted from 0;
${IGNORE_VALUE} means unlabeled: leave such pixels out of loss and scores (ignore_index=${IGNORE_VALUE}). Read the
values, not the colours; the palette, also in palette.json, only serves viewers.`;

const FASTAI = `Laid out like fast.ai's CamVid: images/NAME.*, labels/NAME_P.png, codes.txt (the same as classes.txt),
valid.txt (the pictures to validate with). No code stands for unlabeled, so give the loss its ignore_index:

    loss_func = CrossEntropyLossFlat(axis=1, ignore_index=${IGNORE_VALUE})`;

const PICTURES = `Camera files may carry a turn in their EXIF data; masks fit the upright picture. OpenCV turns such files
itself, with Pillow call ImageOps.exif_transpose.`;

function mmsegmentation(classes: ExportedClasses, items: readonly DatasetItem[]): string {
  const endings = [...new Set(items.map(({ ending }) => `.${ending}`))].sort();
  const names = classes.map(({ name }) => `${JSON.stringify(oneLine(name))}, `).join('');
  const colors = classes.map(({ color }) => `[${rgbOf(color).join(', ')}]`).join(', ');
  const suffix = endings[0] ?? '.png';
  const several = `The pictures end in ${endings.join(', ')}: make one such dataset of each and join them (ConcatDataset).`;
  return `Laid out like mmsegmentation's custom datasets: img_dir and ann_dir, each with train and val (the test pictures).

    dict(
        type='BaseSegDataset',
        metainfo=dict(classes=(${names}), palette=[${colors}]),
        data_prefix=dict(img_path='img_dir/train', seg_map_path='ann_dir/train'),
        img_suffix='${suffix}',
        seg_map_suffix='.png',
        reduce_zero_label=False,
        ignore_index=${IGNORE_VALUE},
    )${endings.length > 1 ? `\n\n${several}` : ''}`;
}

function classNames(classes: ExportedClasses): string {
  return classes.map(({ name }) => `${oneLine(name)}\n`).join('');
}

/** A line each: a break inside a name would renumber the classes after it. */
function oneLine(name: string): string {
  return name.replace(/\s+/g, ' ');
}

function paletteJson(classes: ExportedClasses): string {
  const entries = [
    ...classes.map(({ name, color }, value) => ({ value, name, color: rgbOf(color) })),
    { value: IGNORE_VALUE, name: 'unlabeled (ignore)', color: [0, 0, 0] },
  ];
  return `[\n${entries.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n]\n`;
}
