import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { tip } from '../controls/tooltip.ts';
import { AddPictures } from './AddPictures.tsx';
import { ExampleButton } from './ExampleButton.tsx';
import styles from './PictureStrip.module.css';
import { SceneButton } from './SceneButton.tsx';
import { SortableThumbnails } from './SortableThumbnails.tsx';
import { useStripScroll } from './useStripScroll.ts';

/** The project's pictures in their order; beside an example the other examples; and how pictures are added. */
export function PictureStrip() {
  const hasPictures = useApp((state) => state.project.pictures.length > 0);
  const { strip, before, after, scroll } = useStripScroll();
  return (
    <section className={styles.strip} aria-label="Pictures">
      {before && <ScrollButton direction={-1} onScroll={scroll} />}
      <div ref={strip} className={styles.scroller} data-strip="">
        <div className={styles.content}>
          {hasPictures && <SortableThumbnails />}
          <OtherExamples />
        </div>
      </div>
      {after && <ScrollButton direction={1} onScroll={scroll} />}
      <AddPictures />
    </section>
  );
}

/** The built-in pictures besides the one that is open; a project of one's own has the strip for itself. */
function OtherExamples() {
  const workbench = useWorkbench();
  const sampleId = useApp((state) => state.project.sampleId);
  const isOwn = useApp((state) => state.project.sampleId === null && state.project.projectId !== null);
  if (isOwn) return null;
  return (
    <ul className={styles.examples} aria-label="Other examples">
      {workbench.projects.examples
        .filter((example) => example.sampleId !== sampleId)
        .map((example) => (
          <li key={example.sampleId}>
            <ExampleButton example={example} isOpen={false} />
          </li>
        ))}
      <li>
        <SceneButton />
      </li>
    </ul>
  );
}

interface ScrollButtonProps {
  readonly direction: 1 | -1;
  onScroll(direction: 1 | -1): void;
}

function ScrollButton({ direction, onScroll }: ScrollButtonProps) {
  const label = direction === 1 ? 'Further pictures' : 'Former pictures';
  const Arrow = direction === 1 ? ChevronRight : ChevronLeft;
  return (
    <button
      type="button"
      className={`${controls.icon} ${styles.arrow}`}
      aria-label={label}
      onClick={() => onScroll(direction)}
      {...tip(label)}
    >
      <Arrow size={18} />
    </button>
  );
}
