import { Images, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ProjectEntry } from '../../state/project.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { tip } from '../controls/tooltip.ts';
import { pictureCount } from '../pictures/pictureWords.ts';
import styles from './ProjectMenu.module.css';
import { relativeTime } from './relativeTime.ts';

/** A project of the list: a press opens it, another button deletes it once that was confirmed in its place. */
export function ProjectRow({ project }: { readonly project: ProjectEntry }) {
  const workbench = useWorkbench();
  const [asking, setAsking] = useState(false);
  const isOpen = useApp((state) => state.project.projectId === project.projectId);
  const isUnsaved = useApp((state) => state.project.unsavedProjectIds.includes(project.projectId));
  const { projectId, name, modifiedMs, thumbnail } = project;
  if (asking) return <DeleteQuestion project={project} onKeep={() => setAsking(false)} />;
  return (
    <li className={styles.project}>
      <button
        type="button"
        className={styles.open}
        aria-current={isOpen ? 'true' : undefined}
        onClick={() => {
          workbench.openDialog(null);
          void workbench.projects.open(projectId);
        }}
      >
        {thumbnail === null ? (
          <span className={styles.thumbnail}>
            <Images size={16} aria-hidden="true" />
          </span>
        ) : (
          <img src={thumbnail} alt="" className={styles.thumbnail} draggable={false} />
        )}
        <span className={styles.words}>
          <strong>{name}</strong>
          <span>
            <span>{`${pictureCount(project.pictureCount)} · ${isOpen ? 'open' : relativeTime(modifiedMs, Date.now())}`}</span>
            {isUnsaved && <span className={styles.unsaved}> · not saved</span>}
          </span>
        </span>
      </button>
      <button
        type="button"
        className={controls.icon}
        aria-label={`Delete ${name}`}
        onClick={() => setAsking(true)}
        {...tip('Delete this project from the browser')}
      >
        <Trash2 size={16} />
      </button>
    </li>
  );
}

function DeleteQuestion({ project, onKeep }: { readonly project: ProjectEntry; onKeep(): void }) {
  const workbench = useWorkbench();
  const deleting = useRef(false);
  const { projectId, name, pictureCount: count } = project;
  return (
    <li className={styles.question}>
      <p>{`Delete “${name}” with ${pictureCount(count)} and all labels? This cannot be undone.`}</p>
      <button
        type="button"
        className={`${controls.button} ${styles.delete}`}
        onClick={() => {
          if (deleting.current) return;
          deleting.current = true;
          void workbench.projects.remove(projectId).finally(onKeep);
        }}
      >
        Delete
      </button>
      <button ref={focus} type="button" className={controls.button} onClick={onKeep}>
        Keep
      </button>
    </li>
  );
}

/** The harmless answer is the one that Enter gives. */
function focus(button: HTMLButtonElement | null): void {
  button?.focus();
}
