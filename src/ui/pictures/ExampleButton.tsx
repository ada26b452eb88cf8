import type { ProjectActions } from '../../workbench/project/projectActions.ts';
import { useWorkbench } from '../appContext.ts';
import { tip } from '../controls/tooltip.ts';
import styles from './ExampleButton.module.css';

interface ExampleButtonProps {
  readonly example: ProjectActions['examples'][number];
  readonly isOpen: boolean;
  /** Its title and field stand below the picture. */
  readonly captioned?: boolean;
}

/** A built-in picture; a press opens it with its starter strokes, or as it was left. */
export function ExampleButton({ example, isOpen, captioned = false }: ExampleButtonProps) {
  const workbench = useWorkbench();
  const { sampleId, title, domain, thumbnail, hasTruth } = example;
  const label = `${title} (${domain.toLowerCase()})`;
  return (
    <span className={`${styles.example} ${captioned ? styles.captioned : styles.small}`}>
      <button
        type="button"
        className={styles.open}
        aria-label={captioned ? undefined : label}
        aria-current={isOpen ? 'true' : undefined}
        onClick={() => {
          workbench.openDialog(null);
          void workbench.projects.openExample(sampleId);
        }}
        {...tip(hasTruth ? `${label}: an exact mask is known, so the true accuracy can be shown` : label)}
      >
        <img src={thumbnail} alt="" loading="lazy" draggable={false} className={styles.picture} />
        {captioned && (
          <span className={styles.caption}>
            <strong>{title}</strong>
            <span>{domain}</span>
          </span>
        )}
      </button>
      {hasTruth && <span className={styles.badge}>truth</span>}
    </span>
  );
}
