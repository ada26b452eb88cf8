import type { GradientTally } from '../../../metrics/gradientMap.ts';
import type { LearnerSettings, Treatment } from '../../../settings/learner.ts';
import type { StepPace } from '../../../state/inspection.ts';
import type { ProbedPixel } from '../../../training/inspectionMessages.ts';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const THIN_SPACE = '\u2009';

/** A number in three digits; 0 is written so where it is exactly 0, and nowhere else. */
export function shortNumber(value: number): string {
  if (value === 0) return '0';
  if (Number.isNaN(value)) return 'not a number';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size === Number.POSITIVE_INFINITY) return `${sign}∞`;
  if (size >= 0.01 && size < 1000) return `${sign}${size.toPrecision(3)}`;
  if (size >= 1000 && size < 1e6) return `${sign}${countWords(Math.round(size))}`;
  const [mantissa = '', exponent = ''] = size.toExponential(1).split('e');
  const digits = [...exponent.replace(/^[+-]/, '')].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${sign}${mantissa}·10${exponent.startsWith('-') ? '⁻' : ''}${digits}`;
}

/** A number with `digits` digits after the point. */
export function fixedNumber(value: number, digits: number): string {
  if (!Number.isFinite(value)) return shortNumber(value);
  return value.toFixed(digits).replace('-', '−');
}

/** A count with its thousands apart. */
export function countWords(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** What a heat map proves, and what it means. */
export interface Proof {
  /** Whether unlabeled pixels are left alone. */
  readonly isKept: boolean;
  readonly finding: string;
  readonly meaning: string;
}

const MEANINGS: Readonly<Record<Treatment, string>> = {
  ignore: 'Nothing was said about them, so the label loss teaches nothing there: the network may predict anything.',
  allPixelMean:
    'The mask holds. But the sum is divided by all pixels, so the labeled ones pull less: see where the scale ends.',
  zeroedInput:
    'Each of them costs a constant that pulls nowhere, and is divided by: the labeled ones pull less, see where the scale ends.',
  asBackground: 'What you did not paint is being erased.',
  extraClass: 'The network is being taught to answer “unlabeled”.',
};

/** `unlabeledAs`: name of the class that unlabeled pixels are trained as, where they are. */
export function proofOf(tally: GradientTally, treatment: Treatment, unlabeledAs: string): Proof {
  const { unlabeled, unlabeledZero, unlabeledPushed, labeled } = tally;
  const isKept = treatment !== 'asBackground' && treatment !== 'extraClass';
  const all = countWords(unlabeled);
  if (unlabeled === 0) {
    return { isKept: true, finding: 'Every pixel is labeled.', meaning: 'There is none that could be left out.' };
  }
  if (!isKept) {
    const finding =
      unlabeledPushed === unlabeled
        ? `All ${all} unlabeled pixels are pushed towards ${unlabeledAs}.`
        : `${countWords(unlabeledPushed)} of ${all} unlabeled pixels are pushed towards ${unlabeledAs}.`;
    return { isKept, finding, meaning: MEANINGS[treatment] };
  }
  if (labeled === 0) {
    return { isKept, finding: 'No pixel is labeled: the gradient is 0 everywhere.', meaning: 'Paint a stroke.' };
  }
  const where = unlabeledZero === unlabeled ? 'all' : countWords(unlabeledZero);
  const finding = `${all} unlabeled pixels: the gradient is exactly 0 in ${where} of them.`;
  return { isKept: unlabeledZero === unlabeled, finding, meaning: MEANINGS[treatment] };
}

/** What the smoothness term does. */
export function smoothnessWords(isOn: boolean, isGated: boolean): string {
  if (!isOn) return 'Smoothness is off: unlabeled pixels teach nothing at all.';
  const all =
    'Smoothness pulls neighbours of like colour towards one class, unlabeled ones, too: that is what they still teach.';
  return isGated ? `${all} Pairs of two labeled pixels are left out.` : all;
}

/** Why a pixel has no loss term of its own; `null`: it has one. */
export function missingTerm({ target, term }: ProbedPixel): string | null {
  if (target === null) return 'unlabeled: not counted';
  return term === null ? 'Dice is a ratio of sums: no pixel has a term of its own' : null;
}

/** How a pixel's term is weighed, and what the sum of all terms is divided by. */
export function termWords({ classWeight, denominator }: ProbedPixel): string {
  const weighed = classWeight === null || classWeight === 1 ? '' : `with class weight ${shortNumber(classWeight)}; `;
  return `${weighed}the sum over the picture is divided by ${shortNumber(denominator)}`;
}

/** What a step sees that is not what is shown; `null`: nothing. */
export function augmentationNote(
  { augmentation: { flip, quarterTurns, color, scale } }: Pick<LearnerSettings, 'augmentation'>,
  trainingPictures: number,
): string | null {
  const changes = [
    ...(flip ? ['flipped'] : []),
    ...(quarterTurns ? ['turned'] : []),
    ...(color > 0 ? ['recoloured'] : []),
    ...(scale > 0 ? ['scaled'] : []),
  ];
  const which = trainingPictures > 1 ? 'one of your pictures' : 'the picture';
  if (changes.length === 0) {
    return trainingPictures > 1
      ? `A step looks at one of your ${trainingPictures} pictures, not always this one.`
      : null;
  }
  const how = changes.length === 1 ? changes[0] : `${changes.slice(0, -1).join(', ')} or ${changes.at(-1)}`;
  return `A step sees a copy of ${which}, ${how} at random; the figures are of the picture as it is.`;
}

/** How fast steps are shown. */
export function paceWords(pace: StepPace): string {
  if (pace === 'full') return 'full speed';
  return pace === 1 ? 'a step a second' : `a step in ${pace} s`;
}
