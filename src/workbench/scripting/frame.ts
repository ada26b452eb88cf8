import { messageOf } from '../../base/messageOf.ts';
import { FRAME_PROTOCOL, type FrameRequest, readFrameMessage } from '../../project/frame/frameMessages.ts';
import { openScores } from '../../state/selectors.ts';
import type { Workbench } from '../workbench.ts';
import { metricsOf } from './facts.ts';
import type { Scripting } from './scripting.ts';

/** Least time between two messages about the figures. */
const METRICS_INTERVAL_MS = 250;

/**
 * Answers the page around this one, as long as it comes from `origin`: requests as in `frameMessages.ts`, each answered
 * by `{ unlabeled: 1, id, result }` or `{ unlabeled: 1, id, error }`, those that are not in order too. It is told unasked:
 * `{ unlabeled: 1, event: 'ready' }` once a picture is open, and `{ unlabeled: 1, event: 'metrics', metrics }`, at most
 * four times a second, while they change. Whatever else comes, or comes from elsewhere, is ignored, and nothing is ever
 * sent elsewhere.
 */
export function answerFrame(workbench: Workbench, scripting: Scripting, origin: string): void {
  const { parent } = window;
  const send = (message: object) => parent.postMessage({ unlabeled: FRAME_PROTOCOL, ...message }, origin);
  window.addEventListener('message', (event) => {
    if (event.origin !== origin || event.source !== parent) return;
    const request = readFrameMessage(event.data);
    if (request === null) return;
    const { id } = request;
    const refuse = (error: string) => {
      try {
        send({ id, error });
      } catch {
        // An id of a kind that cannot be sent back: a port, say.
        send({ id: null, error });
      }
    };
    if ('refusal' in request) {
      refuse(request.refusal);
      return;
    }
    void answer(scripting, request)
      .then((result) => send({ id, result: result ?? null }))
      .catch((error: unknown) => refuse(messageOf(error)));
  });
  tellReady(workbench, () => send({ event: 'ready' }));
  tellMetrics(workbench, () => send({ event: 'metrics', metrics: metricsOf(workbench) }));
}

async function answer(scripting: Scripting, request: FrameRequest): Promise<unknown> {
  switch (request.type) {
    case 'openLink':
      return scripting.openLink(request.fragment);
    case 'openPicture':
      return scripting.openPicture(request.source, request.labels);
    case 'setLabels':
      return scripting.setLabels(request.labels);
    case 'trainSteps':
      return scripting.trainSteps(request.steps);
    case 'pause':
      return scripting.pause();
    case 'reset':
      return scripting.reset();
    case 'getMetrics':
      return scripting.getMetrics();
    case 'getClassMap':
      return scripting.getClassMap();
    default:
      return request satisfies never;
  }
}

function tellReady({ store }: Workbench, tell: () => void): void {
  const leave = store.subscribe(({ training, document }) => {
    if (training.phase === 'loading' || document.pictureId === null) return;
    leave();
    tell();
  });
}

function tellMetrics({ store }: Workbench, tell: () => void): void {
  let isDue = false;
  store.subscribe((state, former) => {
    const { step, heldOutScores } = state.training;
    const isOther = step !== former.training.step || heldOutScores !== former.training.heldOutScores;
    const isSame = !isOther && openScores(state) === openScores(former);
    if (isSame || isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      tell();
    }, METRICS_INTERVAL_MS);
  });
}
