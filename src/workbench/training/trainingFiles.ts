import type { PageFile } from '../../project/page/pageFile.ts';
import { missingPageFile, type PageFileError } from '../../project/page/pageFileError.ts';
import type { Event as TrainingEvent } from '../../training/protocol.ts';

/** Calls `tell` where `worker` does not start because its script does not arrive, or one of `fetched`, which it fetches. */
export function watchForMissingFiles(
  worker: Worker,
  fetched: readonly PageFile[],
  tell: (error: PageFileError) => void,
): void {
  const subject = 'The part of the page that trains';
  const over = new AbortController();
  const { signal } = over;
  const onError = (event: Event) => {
    if (!(event instanceof ErrorEvent)) void missingPageFile(subject).then(tell);
  };
  const onMessage = ({ data }: MessageEvent<TrainingEvent>) => {
    if (data.type !== 'started' && data.type !== 'failed') return;
    over.abort();
    if (data.type === 'started') return;
    void Promise.all(fetched.map((file) => file.isWithinReach())).then(async (areWithinReach) => {
      if (areWithinReach.includes(false)) tell(await missingPageFile(subject));
    });
  };
  worker.addEventListener('error', onError, { signal });
  worker.addEventListener('message', onMessage, { signal });
}
