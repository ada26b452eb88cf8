import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react';
import type { TimelineMark } from '../../../workbench/lab/timelineMarks.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import styles from './TimelineTrack.module.css';
import { placeWords } from './timelineWords.ts';

/** Points of the loss that are drawn: as many as there is room for. */
const CURVE_POINTS = 160;

/** The learner's life on one line: edits, changes of settings, snapshots, and where one is. */
export function TimelineTrack({ marks }: { readonly marks: readonly TimelineMark[] }) {
  const { timeline } = useWorkbench();
  const track = useRef<HTMLDivElement>(null);
  const step = useApp((state) => state.training.step);
  const pastStep = useApp((state) => state.timeline.pastStep);
  const snapshotSteps = useApp((state) => state.timeline.snapshotSteps);
  const end = Math.max(step, 1);
  const percent = (at: number) => `${(100 * Math.min(at, end)) / end}%`;

  const follow = ({ clientX, buttons }: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (box === undefined || buttons === 0) return;
    const wanted = ((clientX - box.left) / box.width) * end;
    const nearest = snapshotSteps.reduce(
      (best, at) => (Math.abs(at - wanted) < Math.abs(best - wanted) ? at : best),
      step,
    );
    if (nearest === step) timeline.now();
    else if (nearest !== pastStep) timeline.goTo(nearest);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    if (key === 'ArrowLeft' || key === 'ArrowDown') timeline.stepBy(-1);
    else if (key === 'ArrowRight' || key === 'ArrowUp') timeline.stepBy(1);
    else if (key === 'Home') timeline.goTo(snapshotSteps[0] ?? 0);
    else if (key === 'End') timeline.now();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={styles.frame}>
      <div
        role="slider"
        tabIndex={0}
        aria-label="Back in time"
        aria-valuemin={0}
        aria-valuemax={step}
        aria-valuenow={pastStep ?? step}
        aria-valuetext={placeWords(pastStep, step)}
        className={styles.slider}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          follow(event);
        }}
        onPointerMove={follow}
        onKeyDown={onKeyDown}
      >
        <div ref={track} className={styles.track}>
          <LossCurve end={end} step={step} />
          {stepsOf(marks, 'edit').map((at) => (
            <span key={at} className={styles.edit} style={{ left: percent(at) }} />
          ))}
          {stepsOf(marks, 'settings').map((at) => (
            <span key={at} className={styles.settings} style={{ left: percent(at) }} />
          ))}
          <span className={styles.line} />
          {snapshotSteps.map((at) => (
            <span key={at} className={styles.snapshot} data-here={at === pastStep} style={{ left: percent(at) }} />
          ))}
          <span className={styles.cursor} style={{ left: percent(pastStep ?? step) }} />
        </div>
      </div>
      <p className={styles.axis} aria-hidden="true">
        <span>step 0</span>
        <span>{`now: ${step}`}</span>
      </p>
      <ul className={styles.legend} aria-hidden="true">
        <li>
          <span className={styles.edit} /> edit
        </li>
        <li>
          <span className={styles.settings} /> setting
        </li>
        <li>
          <span className={styles.snapshot} /> snapshot
        </li>
        <li>
          <span className={styles.lossKey} /> loss
        </li>
      </ul>
    </div>
  );
}

/** The loss, as faint as what is behind deserves. */
function LossCurve({ end, step }: { readonly end: number; readonly step: number }) {
  const { training } = useWorkbench();
  // biome-ignore lint/correctness/useExhaustiveDependencies: with another step the curve is longer or shorter.
  const path = useMemo(() => {
    const { x, y } = training.curves?.loss.view() ?? { x: [], y: [] };
    const stride = Math.max(1, Math.ceil(x.length / CURVE_POINTS));
    const points = Array.from({ length: Math.ceil(x.length / stride) }, (_, i) => i * stride);
    const highest = Math.max(1e-9, ...points.map((i) => y[i] ?? 0));
    return points
      .map(
        (i) =>
          `${i === 0 ? 'M' : 'L'}${((100 * (x[i] ?? 0)) / end).toFixed(2)} ${(100 * (1 - (y[i] ?? 0) / highest)).toFixed(2)}`,
      )
      .join('');
  }, [training, end, step]);
  return (
    <svg className={styles.curve} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <path d={path} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

/** Each step once: marks at one step are one. */
function stepsOf(marks: readonly TimelineMark[], kind: TimelineMark['kind']): number[] {
  return [...new Set(marks.filter((mark) => mark.kind === kind).map(({ step }) => step))];
}
