import type { PictureEntry, Progress } from '../../state/project.ts';
import { percent } from '../strings.ts';

/** What each use of a picture is called, and what it means. */
export const USE_WORDS = {
  train: { name: 'Use for training', hint: 'Its labels are learned from' },
  test: { name: 'Use as test', hint: 'Its labels only score what was learned elsewhere' },
  skip: { name: 'Leave out', hint: 'Neither learned from nor scored' },
} as const satisfies Record<PictureEntry['use'], { readonly name: string; readonly hint: string }>;

/** "1 picture", "3 pictures". */
export function pictureCount(count: number): string {
  return `${count} ${count === 1 ? 'picture' : 'pictures'}`;
}

/** "12 of 50". */
export function progressWords({ done, total }: Progress): string {
  return `${done} of ${total}`;
}

/** A share in whole percents without their sign, but never 0 for what is there nor 100 for what is not all. */
export function wholePercents(share: number): string {
  if (share > 0 && share < 0.005) return '<1';
  if (share < 1 && share >= 0.995) return '>99';
  return (share * 100).toFixed(0);
}

/** A share as a thumbnail shows it, in {@link wholePercents}. */
export function shortPercent(share: number): string {
  return `${wholePercents(share)} %`;
}

/** A thumbnail's accessible name, its title first. */
export function pictureLabel({ title, labeledShare, use, done }: PictureEntry): string {
  const facts = [`${shortPercent(labeledShare)} labeled`];
  if (use === 'test') facts.push('test picture');
  if (use === 'skip') facts.push('left out');
  if (done) facts.push('done');
  return `${title}: ${facts.join(', ')}`;
}

/** A thumbnail's tooltip: its title, what it is for, and how well it is predicted. */
export function pictureTip({ title, labeledShare, use, done, hasTruth, scores }: PictureEntry): string {
  const sentences = [`${title}, ${percent(labeledShare)} labeled${done ? ', done' : ''}.`];
  if (use !== 'train') sentences.push(`${USE_WORDS[use].hint}.`);
  if (scores !== null && scores.maskedAccuracy !== null) {
    const { maskedAccuracy, meanIou } = scores;
    sentences.push(`On labeled pixels: accuracy ${percent(maskedAccuracy)}, mean IoU ${percent(meanIou)}.`);
  }
  if (hasTruth) sentences.push('An exact mask is known, so the true accuracy can be shown.');
  return sentences.join(' ');
}
