import { useEffect, useState } from 'react';
import { useApp } from '../appContext.ts';
import { rateWords } from '../learner/rateFinder/rateWords.ts';
import styles from './StatusLine.module.css';

/** Where training is, in one line at the picture's corner. */
export function StatusLine() {
  const phase = useApp((state) => state.training.phase);
  const step = useApp((state) => state.training.step);
  const stepBudget = useApp((state) => state.training.stepBudget);
  const learningRate = useApp((state) => state.training.learningRate);
  const stepsPerSecond = useApp((state) => state.training.stepsPerSecond);
  const labelsChanged = useApp((state) => state.training.labelsChangedSinceStep);
  const blurb = useApp((state) => state.document.blurb);
  const labeled = useApp((state) => state.document.trainedClassCount > 0);
  const hasPicture = useApp((state) => state.document.pictureId !== null);
  const notice = useApp((state) => state.training.notice);
  const age = usePredictionAge(phase === 'training');

  let text: string;
  if (phase === 'loading') text = 'Starting the learner…';
  else if (phase === 'stopped') text = notice ?? 'The learner stopped.';
  else if (!hasPicture) text = 'Add a picture to begin.';
  else if (phase === 'compiling') text = 'Compiling the network for this device…';
  else if (phase === 'searching') text = 'Trying learning rates…';
  else if (phase === 'ready') {
    text = labeled
      ? (blurb ?? 'Press Train and watch.')
      : 'Paint a few strokes in two classes or more, then press Train.';
  } else {
    const parts = [`Step ${step} of ${stepBudget}`];
    if (phase === 'training') parts.push(...runWords(learningRate, stepsPerSecond, age));
    if (phase === 'paused') parts.push('paused');
    if (phase === 'finished') parts.push(endOf(step, stepBudget));
    if (phase !== 'training' && labelsChanged) parts.push('new labels: press Continue');
    text = parts.join(' · ');
  }
  return (
    <p className={styles.status} data-phase={phase}>
      {text}
    </p>
  );
}

/** What goes on while it trains. */
function runWords(learningRate: number | null, stepsPerSecond: number | null, age: string | null): string[] {
  const words: string[] = [];
  if (learningRate !== null) words.push(`rate ${rateWords(learningRate)}`);
  if (stepsPerSecond !== null) words.push(`${speed(stepsPerSecond)} steps/s`);
  if (age !== null) words.push(`prediction is ${age} old`);
  return words;
}

/** Why training ended. */
function endOf(step: number, stepBudget: number): string {
  return step < stepBudget ? 'stopped early' : 'budget used up';
}

function speed(stepsPerSecond: number): string {
  return stepsPerSecond >= 10 ? stepsPerSecond.toFixed(0) : stepsPerSecond.toPrecision(2);
}

/** How old the prediction on the screen is, told twice a second while training. */
function usePredictionAge(running: boolean): string | null {
  const atMs = useApp((state) => state.training.predictionAtMs);
  const shown = useApp((state) => state.training.predictionStep !== null);
  const [nowMs, setNowMs] = useState(0);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNowMs(performance.now()), 500);
    return () => clearInterval(timer);
  }, [running]);
  if (!shown) return null;
  const seconds = Math.max(0, nowMs - atMs) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${seconds.toFixed(0)} s`;
}
