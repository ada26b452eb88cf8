import { Copy, Flag, Play, Trophy } from 'lucide-react';
import { GOAL_TRUE_MEAN_IOU } from '../../../state/fewestPixels.ts';
import { labeledPixels, openTitle } from '../../../state/selectors.ts';
import { gameRefusal } from '../../../workbench/lab/truthGameActions.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import controls from '../../controls/controls.module.css';
import { tip } from '../../controls/tooltip.ts';
import { percent } from '../../strings.ts';
import styles from './TruthGame.module.css';
import { pixelWords, shareSentence } from './truthWords.ts';

/** The game: reach 90 % true mean IoU with the fewest painted pixels. */
export function TruthGame() {
  const game = useApp((state) => state.truthGame.round);
  const best = useApp((state) => state.truthGame.fewestPixels);
  return (
    <section aria-label="Game" className={styles.game}>
      <header className={styles.header}>
        <h2>Fewest pixels</h2>
        {best !== null && (
          <span className={styles.best} {...tip('Your best on this picture at this size, kept in this browser')}>
            <Trophy size={13} />
            <span>{pixelWords(best)}</span>
          </span>
        )}
      </header>
      {game.phase === 'idle' && <Invitation />}
      {game.phase === 'clearing' && <p className={styles.words}>Clearing what was learned…</p>}
      {game.phase === 'playing' && <Round trueMeanIou={game.trueMeanIou} learnedPx={game.learnedPx} />}
      <div role="status">{game.phase === 'won' && <Result paintedPx={game.paintedPx} />}</div>
    </section>
  );
}

function Invitation() {
  return (
    <>
      <p className={styles.words}>
        Reach 90 % true mean IoU with as little paint as you can. Your strokes are cleared first; Undo brings them back.
      </p>
      <StartButton label="Play" />
    </>
  );
}

function StartButton({ label }: { readonly label: string }) {
  const workbench = useWorkbench();
  const refusal = useApp(gameRefusal);
  return (
    <button
      type="button"
      className={controls.button}
      disabled={refusal !== null}
      onClick={() => workbench.truthGame.start()}
      {...tip(refusal ?? 'Clears the strokes and the network, and counts from nothing')}
    >
      <Play size={15} />
      <span>{label}</span>
    </button>
  );
}

interface RoundProps {
  readonly trueMeanIou: number | null;
  readonly learnedPx: number;
}

function Round({ trueMeanIou, learnedPx }: RoundProps) {
  const workbench = useWorkbench();
  const labeledPx = useApp((state) => labeledPixels(state.document));
  const counted = Math.max(labeledPx, learnedPx);
  return (
    <>
      <div className={styles.gauge}>
        <meter
          className={styles.meter}
          aria-label="True mean IoU"
          aria-valuetext={percent(trueMeanIou)}
          max={1}
          value={trueMeanIou ?? 0}
        />
        <span className={styles.level} style={{ width: `${100 * (trueMeanIou ?? 0)}%` }} />
        <span className={styles.goal} style={{ left: `${100 * GOAL_TRUE_MEAN_IOU}%` }} />
      </div>
      <dl className={styles.counts}>
        <div>
          <dt>true mean IoU</dt>
          <dd>{percent(trueMeanIou)}</dd>
        </div>
        <div {...tip('Labeled now, or the most that the network has learned from: erasing takes nothing back')}>
          <dt>painted pixels</dt>
          <dd data-count={counted}>{counted.toLocaleString('en')}</dd>
        </div>
        <button type="button" className={controls.button} onClick={() => workbench.truthGame.giveUp()}>
          <Flag size={15} />
          Give up
        </button>
      </dl>
      <p className={styles.words}>
        {labeledPx === 0
          ? 'Paint a little of every class, then press Train.'
          : 'Train, look where it is wrong, paint there.'}
      </p>
    </>
  );
}

function Result({ paintedPx }: { readonly paintedPx: number }) {
  const workbench = useWorkbench();
  const best = useApp((state) => state.truthGame.fewestPixels);
  const title = useApp(openTitle);
  const width = useApp((state) => state.document.width);
  const height = useApp((state) => state.document.height);
  const isBest = best === null || paintedPx <= best;
  return (
    <div className={styles.result}>
      <p className={styles.words}>
        <strong>{`90 % with ${pixelWords(paintedPx)}`}</strong>
        <span>
          {`, ${percent(paintedPx / (width * height), 2)} of the picture. ${
            isBest ? 'Your best so far.' : `Your best is ${pixelWords(best)}.`
          }`}
        </span>
      </p>
      <div className={styles.buttons}>
        <button
          type="button"
          className={controls.button}
          onClick={() => void workbench.truthGame.copy(shareSentence({ title, width, height, paintedPx }))}
          {...tip('A sentence to send to somebody')}
        >
          <Copy size={15} />
          Copy result
        </button>
        <StartButton label="Play again" />
      </div>
    </div>
  );
}
