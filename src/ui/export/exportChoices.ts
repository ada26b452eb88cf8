import { type ExportKind, type ExportRequest, needsPrediction } from '../../project/export/exportRequest.ts';
import type { Wording } from '../strings.ts';

/** What each kind of export is called, and what it is. */
export const EXPORT_WORDS: Readonly<Record<ExportKind, Wording>> = {
  labels: { name: 'Labels', hint: 'What you painted, as PNG masks; unlabeled pixels are 255.' },
  predictions: { name: 'Predictions', hint: 'What the network says of every pixel, as PNG masks.' },
  final: { name: 'Final masks', hint: 'Your labels where there are any, the prediction everywhere else.' },
  overlays: { name: 'Overlays', hint: 'The pictures under the colours of their final masks, to look at.' },
  dataset: { name: 'Dataset', hint: 'Pictures, masks and class list in the folders of a training library.' },
  metrics: { name: 'Figures', hint: 'Accuracy, IoU and areas per picture and class, as tables (CSV).' },
};

export const LAYOUT_WORDS = { mmsegmentation: 'mmsegmentation', fastai: 'fast.ai' } as const satisfies Record<
  ExportRequest['layout'],
  string
>;

export const ANNOTATION_WORDS = { labels: 'Labels alone', final: 'Final masks' } as const satisfies Record<
  ExportRequest['annotations'],
  string
>;

/** What the dialog begins with. */
export const FIRST_REQUEST: ExportRequest = {
  what: 'labels',
  size: 'original',
  cleanUp: null,
  opacity: 0.5,
  layout: 'mmsegmentation',
  annotations: 'labels',
};

/** What cleaning up begins with, in pixels of the working size. */
export const FIRST_CLEAN_UP = { minAreaPx: 32, maxHolePx: 32 } as const;

/** Why a request cannot be had yet, as a sentence; `null`: it can. */
export function impossibleBecause(request: ExportRequest, hasPrediction: boolean): string | null {
  return needsPrediction(request) && !hasPrediction ? 'There is no prediction yet: train first.' : null;
}

/** Whether a kind of export can be had in one way at least. */
export function kindImpossibleBecause(what: ExportKind, hasPrediction: boolean): string | null {
  return impossibleBecause({ ...FIRST_REQUEST, what, annotations: 'labels' }, hasPrediction);
}

/** Whether masks or pictures come at a size of the person's choosing. */
export function hasSize({ what }: ExportRequest): boolean {
  return what !== 'metrics';
}

/** Whether final masks are part of it, which can be cleaned up. */
export function hasFinalMasks({ what, annotations }: ExportRequest): boolean {
  return what === 'dataset' ? annotations === 'final' : what !== 'labels' && what !== 'predictions';
}

/** The request as it is sent: without the clean-up that was chosen for another kind. */
export function settledRequest(request: ExportRequest): ExportRequest {
  return hasFinalMasks(request) ? request : { ...request, cleanUp: null };
}
