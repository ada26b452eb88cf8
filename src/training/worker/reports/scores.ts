import { confusionMatrix } from '../../../metrics/confusionMatrix.ts';
import { iouByClass, maskedAccuracy, meanIou } from '../../../metrics/scores.ts';
import type { PredictionScores } from '../../learnerMessages.ts';

/**
 * Scores a full-picture class map against labels, and against the exact mask where one is known. All planes are row-major
 * and of one size; pixels that do not count are UNLABELED in `classIds`.
 */
export function scorePrediction(
  classIds: Uint8Array,
  classMap: Uint8Array,
  truth: Uint8Array | null,
): PredictionScores {
  const masked = confusionMatrix(classIds, classMap);
  const exact = truth === null ? null : confusionMatrix(truth, classMap);
  const ious: Record<number, number> = {};
  for (const [id, iou] of iouByClass(masked).entries()) {
    if (iou !== null) ious[id] = iou;
  }
  return {
    maskedAccuracy: maskedAccuracy(masked),
    meanIou: meanIou(masked, 'live'),
    iouByClass: ious,
    trueAccuracy: exact === null ? null : maskedAccuracy(exact),
    trueMeanIou: exact === null ? null : meanIou(exact, 'benchmark'),
  };
}
