import { GitBranch } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { TimelineMark } from '../../../workbench/lab/timelineMarks.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import controls from '../../controls/controls.module.css';
import { tip } from '../../controls/tooltip.ts';
import styles from './TimelinePanel.module.css';
import { TimelineTrack } from './TimelineTrack.tsx';
import { markWords, sinceWords } from './timelineWords.ts';

/** The learner's life: back to what it was, and on from there. */
export function TimelinePanel() {
  const { timeline } = useWorkbench();
  const hasSnapshots = useApp((state) => state.timeline.snapshotSteps.length > 0);
  const isCompared = useApp((state) => state.comparison.learnerB !== null);
  const marks = useMarks();
  useEffect(() => () => timeline.now(), [timeline]);
  if (isCompared) {
    return (
      <p className={styles.empty}>
        Two learners are side by side, and the way back is one learner’s. Go on with A alone, or reset, first.
      </p>
    );
  }
  if (!hasSnapshots) {
    return (
      <p className={styles.empty}>
        Press Train, or take a step: the learner is kept as it is every few steps, and here is the way back to it.
      </p>
    );
  }
  return (
    <div className={styles.panel}>
      <TimelineTrack marks={marks} />
      <Place marks={marks} />
      <Marks marks={marks} />
    </div>
  );
}

/** What happened, as long as the page is open. */
function useMarks(): readonly TimelineMark[] {
  const { timeline } = useWorkbench();
  // All of these come with other marks.
  useApp((state) => state.document.historyPosition);
  useApp((state) => state.training.settings);
  useApp((state) => state.timeline.snapshotSteps);
  useApp((state) => state.project.projectId);
  useApp((state) => state.training.step === 0);
  return timeline.marks;
}

/** Where one is on the line, and what can be done there. */
function Place({ marks }: { readonly marks: readonly TimelineMark[] }) {
  const { timeline } = useWorkbench();
  const step = useApp((state) => state.training.step);
  const pastStep = useApp((state) => state.timeline.pastStep);
  const readOnly = useApp((state) => state.project.readOnlyBecause !== null);
  const [takesEdits, setTakesEdits] = useState(false);
  const edits = pastStep === null || readOnly ? 0 : (timeline.editsSince(pastStep) ?? 0);
  const withEdits = takesEdits && edits > 0;
  return (
    <section aria-label="Where you are" className={styles.place}>
      <p className={styles.words} aria-live="polite">
        {pastStep === null ? (
          <>
            <strong>{`Now, at step ${step}.`}</strong>{' '}
            <span>Drag along the line to see what the network predicted before.</span>
          </>
        ) : (
          <>
            <strong>{`Step ${pastStep} of ${step}.`}</strong> <span>{sinceWords(marks, pastStep)}</span>
          </>
        )}
      </p>
      <div className={styles.buttons}>
        <button type="button" className={controls.button} disabled={pastStep === null} onClick={() => timeline.now()}>
          Now
        </button>
        <button
          type="button"
          className={controls.primary}
          disabled={pastStep === null}
          onClick={() => timeline.branch(withEdits)}
          {...tip('Training goes on from these weights; what was learned since can come back with Undo')}
        >
          <GitBranch size={16} />
          Branch from here
        </button>
      </div>
      {pastStep !== null && (
        <>
          {edits > 0 && (
            <label className={styles.check}>
              <input type="checkbox" checked={takesEdits} onChange={(event) => setTakesEdits(event.target.checked)} />
              <span>{`Also take the strokes back to then: ${edits === 1 ? 'one edit' : `${edits} edits`}`}</span>
            </label>
          )}
          <p className={styles.note}>
            {withEdits
              ? 'A branch goes on from the weights and the strokes of then. Undo brings the weights back, Redo the strokes.'
              : 'A branch goes on from the weights of then; strokes and settings stay as they are today. Undo brings the weights of today back.'}
          </p>
        </>
      )}
    </section>
  );
}

/** What happened, the newest first. */
function Marks({ marks }: { readonly marks: readonly TimelineMark[] }) {
  const { timeline } = useWorkbench();
  const snapshotSteps = useApp((state) => state.timeline.snapshotSteps);
  if (marks.length === 0) return null;
  const counted = marks.map((mark, number) => ({ mark, number })).reverse();
  return (
    <section aria-label="What happened" className={styles.happened}>
      <h2>What happened</h2>
      <ol className={styles.list}>
        {counted.map(({ mark, number }) => {
          const before = snapshotSteps.findLast((step) => step <= mark.step);
          return (
            <li key={number}>
              <button
                type="button"
                className={styles.mark}
                disabled={before === undefined}
                onClick={() => before !== undefined && timeline.goTo(before)}
              >
                <span className={styles.step}>{mark.step}</span>
                <span className={styles.icon} data-kind={mark.kind} />
                <span className={styles.name}>{markWords(mark)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
