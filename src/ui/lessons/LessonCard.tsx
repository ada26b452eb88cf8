import { Check, GraduationCap, X } from 'lucide-react';
import { useEffect } from 'react';
import type { Lesson } from '../../lessons/lesson.ts';
import { findLesson, LESSONS } from '../../lessons/lessons.ts';
import type { LessonState } from '../../state/lessons.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { tip } from '../controls/tooltip.ts';
import styles from './LessonCard.module.css';

/** The lesson under way, below the picture; or, for a first visitor, the offer of one. */
export function LessonCard() {
  const state = useApp(({ lessons }) => lessons.current);
  const isOffered = useApp(({ lessons }) => lessons.isOffered);
  const lesson = state === null ? undefined : findLesson(state.id);
  if (lesson === undefined || state === null) return isOffered ? <Offer /> : null;
  return state.step >= lesson.steps.length ? <Finished lesson={lesson} /> : <Step lesson={lesson} state={state} />;
}

function Offer() {
  const { lessons } = useWorkbench();
  const [first] = LESSONS;
  if (first === undefined) return null;
  return (
    <section className={`${styles.card} ${styles.offer}`} aria-label="A first lesson">
      <header className={styles.header}>
        <h2>New here?</h2>
      </header>
      <p className={styles.text}>{first.about}</p>
      <div className={styles.buttons}>
        <button type="button" className={controls.primary} onClick={() => void lessons.start(first.id)}>
          <GraduationCap size={16} />
          Show me, two minutes
        </button>
        <button type="button" className={styles.quiet} onClick={() => lessons.declineOffer()}>
          No, thanks
        </button>
      </div>
    </section>
  );
}

function Step({ lesson, state }: { readonly lesson: Lesson; readonly state: LessonState }) {
  const { lessons } = useWorkbench();
  const step = lesson.steps[state.step];
  usePointedAt(state.isDone ? undefined : step?.target);
  if (step === undefined) return null;
  const isReading = step.isDone === undefined;
  const { offer } = step;
  return (
    <section className={styles.card} aria-label={`Lesson: ${lesson.title}`}>
      <Header lesson={lesson} at={state.step} />
      <p className={styles.text} role="status" data-done={state.isDone}>
        <span>{step.text}</span>
        {state.isDone && (
          <span className={styles.done}>
            <Check size={15} strokeWidth={3} /> Done
          </span>
        )}
      </p>
      <div className={styles.buttons}>
        {isReading && (
          <button type="button" className={controls.primary} onClick={() => lessons.next()}>
            {state.step === lesson.steps.length - 1 ? 'Finish' : 'Next'}
          </button>
        )}
        {offer !== undefined && !state.isDone && (
          <button type="button" className={controls.button} onClick={() => lessons.takeOffer()}>
            {offer.label}
          </button>
        )}
        {!isReading && !state.isDone && (
          <button
            type="button"
            className={styles.quiet}
            onClick={() => lessons.next()}
            {...tip('Go on without having done this')}
          >
            Skip
          </button>
        )}
        <Leave />
      </div>
    </section>
  );
}

function Finished({ lesson }: { readonly lesson: Lesson }) {
  const { lessons } = useWorkbench();
  const done = useApp(({ lessons }) => lessons.done);
  const next = LESSONS.find(({ id }) => !done.has(id));
  return (
    <section className={styles.card} aria-label={`Lesson: ${lesson.title}`}>
      <Header lesson={lesson} at={lesson.steps.length} />
      <p className={styles.text} role="status">
        {next === undefined ? 'That was the last lesson. You have seen them all.' : `Next: ${next.about}`}
      </p>
      <div className={styles.buttons}>
        {next !== undefined && (
          <button type="button" className={controls.primary} onClick={() => void lessons.start(next.id)}>
            {next.title}
          </button>
        )}
        <button type="button" className={controls.button} onClick={() => lessons.leave()}>
          Close
        </button>
      </div>
    </section>
  );
}

function Header({ lesson, at }: { readonly lesson: Lesson; readonly at: number }) {
  const count = lesson.steps.length;
  return (
    <header className={styles.header}>
      <h2>{lesson.title}</h2>
      <progress className={controls.progress} value={at} max={count} aria-label={`${at} of ${count} steps`} />
    </header>
  );
}

function Leave() {
  const { lessons } = useWorkbench();
  return (
    <button
      type="button"
      className={controls.icon}
      aria-label="Leave the lesson"
      onClick={() => lessons.leave()}
      {...tip('Leave the lesson; what you painted stays')}
    >
      <X size={16} />
    </button>
  );
}

/** Rings the part of the page that a step is about; `theme.css` draws it. */
function usePointedAt(target: string | undefined): void {
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (target === undefined) delete dataset['pointsAt'];
    else dataset['pointsAt'] = target;
    return () => {
      delete dataset['pointsAt'];
    };
  }, [target]);
}
