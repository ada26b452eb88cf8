import { ExternalLink } from 'lucide-react';
import { labeledShare, openTitle } from '../../state/selectors.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { tip } from '../controls/tooltip.ts';
import { LabButton } from '../lab/LabButton.tsx';
import { addressOf } from '../share/shareWords.ts';
import { percent } from '../strings.ts';
import styles from './FrameBar.module.css';
import { Logo } from './Logo.tsx';

/** What stands above the picture in another page's frame: what it is, and the way to the whole page. */
export function FrameBar() {
  const workbench = useWorkbench();
  const title = useApp(openTitle);
  const share = useApp((state) => labeledShare(state.document));
  const openPage = async () => {
    const made = await workbench.links.make({ start: { type: 'wait' }, hiddenPanels: [], lesson: null });
    window.open(addressOf(made.type === 'fits' ? made.fragment : ''), '_blank', 'noopener');
  };
  return (
    <header className={styles.bar}>
      <h1 className={styles.name}>
        <Logo />
        <span>Unlabeled</span>
      </h1>
      {title !== '' && <p className={styles.facts}>{`${title} · ${percent(share)} labeled`}</p>}
      <span className={styles.space} />
      <LabButton />
      <button
        type="button"
        className={controls.icon}
        aria-label="Open in a tab of its own"
        onClick={() => void openPage()}
        {...tip('Open in a tab of its own, with these strokes and settings')}
      >
        <ExternalLink size={17} />
      </button>
    </header>
  );
}
