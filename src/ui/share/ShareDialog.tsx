import { useEffect, useMemo, useState } from 'react';
import { findLesson } from '../../lessons/lessons.ts';
import type { LinkStart } from '../../project/link/sharedLink.ts';
import type { PanelId } from '../../settings/panels.ts';
import type { LinkChoices, MadeLink } from '../../workbench/sharing/linkActions.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { type Chip, Chips } from '../controls/Chips.tsx';
import controls from '../controls/controls.module.css';
import { Field, Toggle } from '../controls/fields.tsx';
import { DialogButtons, ModalDialog } from '../controls/ModalDialog.tsx';
import { FrameSnippet } from './FrameSnippet.tsx';
import { LinkField } from './LinkField.tsx';
import { NoLink } from './NoLink.tsx';
import { PanelToggles } from './PanelToggles.tsx';
import styles from './ShareDialog.module.css';
import { addressOf } from './shareWords.ts';

/** The experiment on the screen as a link, or as a frame for another page. */
export function ShareDialog() {
  const isOpen = useApp((state) => state.view.dialog?.name === 'share');
  if (!isOpen) return null;
  return (
    <ModalDialog title="Share">
      <ShareForm />
    </ModalDialog>
  );
}

type StartName = 'wait' | 'budget' | 'step';

function ShareForm() {
  const workbench = useWorkbench();
  const step = useApp((state) => state.training.step);
  const lesson = useApp(({ lessons }) => (lessons.current === null ? undefined : findLesson(lessons.current.id)));
  const [hasLesson, setHasLesson] = useState(true);
  const [form, setForm] = useState<'link' | 'frame'>('link');
  const [startName, setStartName] = useState<StartName>('wait');
  const [hiddenPanels, setHiddenPanels] = useState<ReadonlySet<PanelId>>(workbench.store.getState().view.hiddenPanels);
  const lessonId = hasLesson ? (lesson?.id ?? null) : null;
  // While it trains, only the link that names a step is another one with every step.
  const namedStep = startName === 'step' ? step : 0;
  const choices = useMemo(
    () => ({ start: startOf(startName, namedStep), hiddenPanels: [...hiddenPanels], lesson: lessonId }),
    [startName, namedStep, hiddenPanels, lessonId],
  );
  const { made, isOld } = useLink(choices);
  return (
    <div className={styles.form}>
      <Chips
        label="Share as"
        value={form}
        chips={[
          { value: 'link', name: 'Link', hint: 'To open in a browser' },
          { value: 'frame', name: 'Frame', hint: 'To put into a web page, a notebook or slides' },
        ]}
        onChange={(chosen) => setForm(chosen)}
      />
      {made === null ? null : made.type === 'fits' ? (
        <>
          {form === 'link' ? (
            <LinkField address={addressOf(made.fragment)} fragmentLength={made.fragment.length} isOld={isOld} />
          ) : (
            <FrameSnippet fragment={made.fragment} isOld={isOld} />
          )}
          <section className={styles.choice} aria-labelledby="share-start">
            <h3 id="share-start">When it opens</h3>
            <Chips
              label="When it opens"
              value={startName}
              chips={startChips(step)}
              onChange={(chosen) => setStartName(chosen)}
            />
          </section>
          {lesson !== undefined && (
            <Field label={`Begins the lesson “${lesson.title}”`} hint="Whoever opens the link is led through it.">
              <Toggle label="Begins the lesson" value={hasLesson} onChange={setHasLesson} />
            </Field>
          )}
          <PanelToggles hiddenPanels={hiddenPanels} onChange={setHiddenPanels} />
        </>
      ) : (
        <NoLink reason={made.type} />
      )}
      <DialogButtons>
        <button type="button" className={controls.button} onClick={() => workbench.openDialog(null)}>
          Close
        </button>
      </DialogButtons>
    </div>
  );
}

/** The link of these choices; until it is made, the one before, which is then old. */
function useLink(choices: LinkChoices): { readonly made: MadeLink | null; readonly isOld: boolean } {
  const workbench = useWorkbench();
  const [latest, setLatest] = useState<{ readonly choices: LinkChoices; readonly made: MadeLink } | null>(null);
  useEffect(() => {
    let isWanted = true;
    const make = async () => {
      const made = await workbench.links.make(choices);
      if (isWanted) setLatest({ choices, made });
    };
    void make();
    return () => {
      isWanted = false;
    };
  }, [workbench, choices]);
  return { made: latest?.made ?? null, isOld: latest?.choices !== choices };
}

function startOf(name: StartName, step: number): LinkStart {
  if (name === 'wait') return { type: 'wait' };
  return { type: 'train', steps: name === 'step' && step > 0 ? step : null };
}

function startChips(step: number): readonly Chip<StartName>[] {
  return [
    { value: 'wait', name: 'Waits for Train', hint: 'Whoever opens it presses Train.' },
    { value: 'budget', name: 'Trains at once', hint: 'The whole step budget, from the first step on.' },
    {
      value: 'step',
      name: step > 0 ? `Trains to step ${step}` : 'Trains to this step',
      hint: 'From the first step to this one, on today’s strokes, then it pauses.',
      disabledBecause: step > 0 ? null : 'Train first: the link then repeats as many steps.',
    },
  ];
}
