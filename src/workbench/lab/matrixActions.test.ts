import { afterEach, expect, it, vi } from 'vitest';
import { importLabels } from '../../editor/labelEdits.ts';
import { ProjectDocument } from '../../editor/projectDocument.ts';
import type { PictureEntry } from '../../state/project.ts';
import { createAppStore } from '../../state/store.ts';
import { Messages } from '../messages.ts';
import type { PageHost } from '../pageHost.ts';
import { ProjectPicture } from '../pictures/projectPicture.ts';
import type { Stage } from '../stage.ts';
import { WorkbenchContext } from '../workbenchContext.ts';
import { MatrixActions } from './matrixActions.ts';

afterEach(() => void vi.useRealTimers());

const SIZE = { width: 4, height: 1 };

const ENTRY: PictureEntry = {
  pictureId: 'coast',
  title: 'Coast',
  thumbnail: '',
  labeledShare: 0,
  use: 'train',
  done: false,
  hasTruth: false,
  scores: null,
};

it('the pixels that stand out are those of today’s labels, also where nothing was predicted anew', () => {
  vi.useFakeTimers();
  const store = createAppStore({ document: { pictureId: 'coast' }, project: { pictures: [ENTRY] } });
  const context = new WorkbenchContext(store, new Messages(store), {} as PageHost);
  const lit: (readonly number[])[] = [];
  const light: Stage['light'] = (pixels) => lit.push([...(pixels?.region.runs ?? [])]);
  context.stage = { light } as Stage;
  const document = new ProjectDocument({
    classes: ['Sky', 'Sea'].map((name, id) => ({ id, name, color: '#aa5500' })),
    pictures: [{ id: 'coast', name: 'Coast', ...SIZE }],
  });
  const picture = new ProjectPicture({
    labels: document.picture('coast'),
    file: new Blob(),
    thumbnail: new Blob(),
    originalWidth: SIZE.width,
    originalHeight: SIZE.height,
    workingSizePx: SIZE.width,
    sample: null,
    truth: null,
  });
  const [confidence, margin] = [new Uint8Array(4), new Uint8Array(4)];
  picture.prediction = { step: 1, ...SIZE, classMap: Uint8Array.of(0, 1, 1, 1), confidence, margin };
  context.picture = picture;
  const matrix = new MatrixActions(context);
  importLabels(document, 'coast', Uint8Array.of(0, 0, 255, 255));
  matrix.togglePin({ truthId: 0, predictedId: 1 });
  expect(lit).toEqual([[0, 1, 2]]);

  // A stroke that was painted at rest: the same prediction is scored against other labels.
  importLabels(document, 'coast', Uint8Array.of(0, 0, 0, 255));
  const none = { maskedAccuracy: null, meanIou: null, iouByClass: {}, trueAccuracy: null, trueMeanIou: null };
  store.setFacts({ project: { pictures: [{ ...ENTRY, scores: none }] } });
  vi.runAllTimers();
  expect(lit).toEqual([
    [0, 1, 2],
    [0, 1, 3],
  ]);
});
