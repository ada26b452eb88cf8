import { FilePlus2, FolderDown, FolderOpen, HardDriveDownload } from 'lucide-react';
import { useEffect } from 'react';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { TextField } from '../controls/TextField.tsx';
import { tip } from '../controls/tooltip.ts';
import { ExampleButton } from '../pictures/ExampleButton.tsx';
import { SceneButton } from '../pictures/SceneButton.tsx';
import styles from './ProjectMenu.module.css';
import { ProjectRow } from './ProjectRow.tsx';
import { storageWords } from './storageWords.ts';

const MAX_NAME_LENGTH = 80;

/** The open project's name, the others that are stored here, and the built-in examples. Close it by `view.dialog`. */
export function ProjectMenu() {
  const workbench = useWorkbench();
  const projects = useApp((state) => state.project.projects);
  const kept = useApp((state) => storageWords(state.project));
  useEffect(() => void workbench.projects.refresh(), [workbench]);
  const closeAnd = (perform: () => void) => () => {
    workbench.openDialog(null);
    perform();
  };
  return (
    <div className={styles.menu}>
      <ProjectName />
      <div className={styles.actions}>
        <button
          type="button"
          className={controls.button}
          data-first=""
          onClick={closeAnd(() => void workbench.projects.create())}
          {...tip('An empty project; this one stays stored')}
        >
          <FilePlus2 size={16} />
          New
        </button>
        <button
          type="button"
          className={controls.button}
          onClick={closeAnd(() => workbench.filePicker?.('project'))}
          {...tip('Open a project file that was saved here or elsewhere')}
        >
          <FolderOpen size={16} />
          Open file…
        </button>
        <button
          type="button"
          className={controls.button}
          onClick={closeAnd(() => void workbench.projects.saveFile())}
          {...tip('Pictures, labels, classes, settings and weights in one .zip')}
        >
          <HardDriveDownload size={16} />
          Save as file
        </button>
      </div>
      <h2>Projects in this browser</h2>
      {projects.length === 0 ? (
        <p className={styles.none}>None yet. What you change is stored by itself, and listed here.</p>
      ) : (
        <ul className={styles.projects}>
          {projects.map((project) => (
            <ProjectRow key={project.projectId} project={project} />
          ))}
        </ul>
      )}
      {projects.length > 0 && (
        <div className={styles.together}>
          <p className={styles.none}>{kept}</p>
          <button
            type="button"
            className={controls.button}
            onClick={closeAnd(() => void workbench.projects.saveAllFiles())}
            {...tip('Each project as a .zip of its own, those that are not saved included')}
          >
            <FolderDown size={16} />
            Download all projects
          </button>
        </div>
      )}
      <h2>Examples</h2>
      <Examples />
    </div>
  );
}

function ProjectName() {
  const workbench = useWorkbench();
  const name = useApp((state) => state.project.projectName);
  const readOnly = useApp((state) => state.project.readOnlyBecause !== null);
  return (
    <TextField
      label="Project name"
      value={name}
      maxLength={MAX_NAME_LENGTH}
      disabled={readOnly}
      onChange={(renamed) => workbench.projects.rename(renamed)}
    />
  );
}

function Examples() {
  const workbench = useWorkbench();
  const open = useApp((state) => state.project.sampleId);
  return (
    <ul className={styles.examples}>
      {workbench.projects.examples.map((example) => (
        <li key={example.sampleId}>
          <ExampleButton example={example} isOpen={example.sampleId === open} captioned />
        </li>
      ))}
      <li>
        <SceneButton captioned />
      </li>
    </ul>
  );
}
