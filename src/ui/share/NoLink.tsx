import { FileArchive } from 'lucide-react';
import { useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import styles from './ShareDialog.module.css';

const BECAUSE = {
  ownPicture:
    'A link can carry a built-in picture or a generated scene. One of your own stays on your device; to pass it on, save the project as a file.',
  tooLong:
    'These labels do not fit into the 8 KB of a link. Save the project as a file instead: it has everything, weights too.',
} as const;

/** Why there is no link, and the way out. */
export function NoLink({ reason }: { readonly reason: keyof typeof BECAUSE }) {
  const workbench = useWorkbench();
  return (
    <div className={styles.none}>
      <p className={controls.warning}>{BECAUSE[reason]}</p>
      <button type="button" className={controls.primary} onClick={() => void workbench.projects.saveFile()}>
        <FileArchive size={16} />
        Save the project as a file
      </button>
    </div>
  );
}
