import { useMemo, useState } from 'react';
import { fastaiProgram } from '../../../project/code/fastaiProgram.ts';
import { pytorchProgram } from '../../../project/code/pytorchProgram.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import { Chips } from '../../controls/Chips.tsx';
import { CopyButton } from '../../share/CopyButton.tsx';
import styles from './CodePanel.module.css';
import { pythonTokens } from './pythonTokens.ts';

const PROGRAMS = {
  pytorch: {
    name: 'PyTorch',
    hint: 'The same network, loss and steps, from a picture and its mask to a prediction',
    write: pytorchProgram,
    use: 'Export the picture’s mask (8-bit, at the size you like), then run the program with picture, mask and a name for the prediction.',
  },
  fastai: {
    name: 'fast.ai',
    hint: 'The same loss and treatment on fast.ai’s own U-Net',
    write: fastaiProgram,
    use: 'Export a data set in fast.ai’s layout, unpack it, then run the program with its folder.',
  },
} as const;

type Library = keyof typeof PROGRAMS;

/** What is on the screen as a program, to copy. */
export function CodePanel() {
  const workbench = useWorkbench();
  const [library, setLibrary] = useState<Library>('pytorch');
  const settings = useApp((state) => state.training.settings);
  const classes = useApp((state) => state.document.classes);
  const workingSizePx = workbench.project?.workingSizePx ?? 512;
  const program = PROGRAMS[library];
  const text = useMemo(() => {
    const classNames = classes.map(({ name }) => name);
    const classIds = classes.map(({ id }) => id);
    return PROGRAMS[library].write({ classNames, classIds, settings, workingSizePx });
  }, [library, settings, classes, workingSizePx]);
  return (
    <div className={styles.panel}>
      <div className={styles.row}>
        <Chips
          label="Library"
          value={library}
          chips={(['pytorch', 'fastai'] as const).map((value) => ({ value, ...PROGRAMS[value] }))}
          onChange={(chosen) => setLibrary(chosen)}
        />
        <CopyButton text={text} label="Copy" quiet />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section className={styles.code} tabIndex={0} aria-label={`${program.name} program`}>
        <pre>
          {pythonTokens(text).map((token, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a text have no other name.
            <span key={i} data-kind={token.kind}>
              {token.text}
            </span>
          ))}
        </pre>
      </section>
      <p className={styles.note}>{program.use}</p>
    </div>
  );
}
