import type { NewClass } from './classEdits.ts';
import { CLASS_COLORS } from './palette.ts';

/** A list of classes to begin with. */
interface ClassPreset {
  readonly id: string;
  /** What the classes are for. */
  readonly name: string;
  readonly classes: readonly NewClass[];
}

/** Lists of classes for usual tasks, in the palette's colours: those are told apart with every kind of colour vision. */
export const CLASS_PRESETS: readonly ClassPreset[] = [
  preset('object', 'object and background', ['Object', 'Background']),
  preset('street', 'street scenes', [
    'Road',
    'Pavement',
    'Building',
    'Vegetation',
    'Sky',
    'Vehicle',
    'Person',
    'Sign or pole',
  ]),
  preset('cells', 'cells and tissue', ['Nucleus', 'Cytoplasm', 'Stroma', 'Background', 'Artefact']),
  preset('remoteSensing', 'remote sensing', [
    'Water',
    'Built-up',
    'Cropland',
    'Forest',
    'Bare ground',
    'Snow or cloud',
  ]),
  preset('medical', 'organs and lesions', ['Organ', 'Lesion', 'Vessel', 'Background']),
  preset('materials', 'materials', ['Matrix', 'Grain', 'Grain boundary', 'Pore', 'Inclusion']),
];

function preset(id: string, name: string, classNames: readonly string[]): ClassPreset {
  return { id, name, classes: classNames.map((className, i) => ({ name: className, color: color(i) })) };
}

function color(index: number): string {
  const found = CLASS_COLORS[index];
  if (found === undefined) throw new RangeError('A preset has no more classes than the palette has colours.');
  return found;
}
