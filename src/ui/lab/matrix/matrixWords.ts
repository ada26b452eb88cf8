import { PREDICTED_UNLABELED } from '../../../labels/planes.ts';
import type { ConfidenceHistograms } from '../../../metrics/confidenceHistogram.ts';
import type { ConfusionRow } from '../../../metrics/confusionRows.ts';
import type { SegmentationClass } from '../../../settings/classes.ts';
import type { MatrixReference } from '../../../state/matrix.ts';
import { percent } from '../../strings.ts';

/** From this on two mean confidences are called different. */
const NOTICEABLE = 0.01;

/** A class's name, or what stands for "predicted unlabeled". */
export function predictedName(classes: readonly SegmentationClass[], id: number): string {
  return id === PREDICTED_UNLABELED ? 'unlabeled' : (classes.find((c) => c.id === id)?.name ?? 'a removed class');
}

/** What a cell counts, in one sentence. */
export function cellSentence(
  classes: readonly SegmentationClass[],
  reference: MatrixReference,
  cell: ConfusionRow['cells'][number],
): string {
  const truth = predictedName(classes, cell.truthId);
  const predicted = predictedName(classes, cell.predictedId);
  const are = reference === 'labels' ? `labeled ${truth}` : truth;
  if (cell.share === null) return `No pixels are ${are}.`;
  const those = reference === 'labels' ? `the pixels labeled ${truth}` : `the pixels that are ${truth}`;
  if (cell.pixels === 0) return `None of ${those} is predicted ${predicted}.`;
  const [count, verb] = [cell.pixels.toLocaleString('en'), cell.pixels === 1 ? 'is' : 'are'];
  return `${count} of ${those} ${verb} predicted ${predicted}: ${percent(cell.share)}.`;
}

/** What the two histograms say, in one sentence. */
export function confidenceSentence({ labeled, unlabeled }: ConfidenceHistograms): string {
  if (labeled.mean === null) return 'Nothing is labeled: how sure the network is says nothing of how right it is.';
  const onLabeled = percent(labeled.mean, 0);
  if (unlabeled.mean === null) return `Every pixel is labeled; the network is ${onLabeled} sure of them on average.`;
  const onOthers = percent(unlabeled.mean, 0);
  const gap = labeled.mean - unlabeled.mean;
  if (Math.abs(gap) < NOTICEABLE) {
    return `On average the network is ${onLabeled} sure of the labeled pixels, and as sure of the others: being sure is not being right.`;
  }
  return gap > 0
    ? `On average the network is ${onLabeled} sure of the labeled pixels and ${onOthers} of the others: where nobody told it, it wavers more.`
    : `On average the network is ${onLabeled} sure of the labeled pixels and ${onOthers} of the others: the strokes lie where it is hard.`;
}
