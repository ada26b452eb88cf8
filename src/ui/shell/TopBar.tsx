import { ChevronDown, Download, Lock, Monitor, Moon, Search, Share2, Sun } from 'lucide-react';
import { useRef } from 'react';
import { labeledShare, openTitle } from '../../state/selectors.ts';
import { command } from '../../workbench/commands/commands.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { HistoryMenu } from '../commands/HistoryMenu.tsx';
import controls from '../controls/controls.module.css';
import { Popover, usePopoverButton } from '../controls/Popover.tsx';
import { commandTip, tip } from '../controls/tooltip.ts';
import { LabButton } from '../lab/LabButton.tsx';
import { LessonsButton } from '../lessons/LessonsButton.tsx';
import { progressWords } from '../pictures/pictureWords.ts';
import { ProjectMenu } from '../projects/ProjectMenu.tsx';
import { percent } from '../strings.ts';
import { BackendBadge } from './BackendBadge.tsx';
import { Logo } from './Logo.tsx';
import { SavingState } from './SavingState.tsx';
import styles from './TopBar.module.css';

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

/** The project's name and state, and what concerns the page as a whole. */
export function TopBar() {
  return (
    <header className={styles.bar}>
      <h1 className={styles.name}>
        <Logo />
        <span>Unlabeled</span>
      </h1>
      <ProjectButton />
      <Facts />
      <ReadOnlyBadge />
      <span className={styles.space} />
      <SavingState />
      <span className={styles.wideOnly}>
        <ShareButton />
        <ExportButton />
      </span>
      <LabButton />
      <LessonsButton />
      <HistoryMenu />
      <CommandsButton />
      <span className={styles.wideOnly}>
        <ThemeButton />
      </span>
      <BackendBadge />
    </header>
  );
}

function ProjectButton() {
  const workbench = useWorkbench();
  const name = useApp((state) => state.project.projectName);
  const isOpen = useApp((state) => state.view.dialog?.name === 'projects');
  const element = useRef<HTMLButtonElement>(null);
  const button = usePopoverButton(isOpen, (anchor) => workbench.openDialog(anchor && { name: 'projects' }));
  return (
    <>
      <button
        ref={element}
        type="button"
        className={`${controls.button} ${styles.project}`}
        aria-label={name === '' ? 'Project' : `Project: ${name}`}
        {...button}
        {...commandTip('projects', 'Projects, files and examples')}
      >
        <strong>{name === '' ? 'Project' : name}</strong>
        <ChevronDown size={14} />
      </button>
      {isOpen && element.current !== null && (
        <Popover label="Projects" anchor={element.current} onClose={() => workbench.openDialog(null)}>
          <ProjectMenu />
        </Popover>
      )}
    </>
  );
}

function Facts() {
  const hasPicture = useApp((state) => state.document.pictureId !== null);
  const title = useApp((state) => (openTitle(state) === state.project.projectName ? '' : openTitle(state)));
  const classCount = useApp((state) => state.document.classes.length);
  const share = useApp((state) => labeledShare(state.document));
  if (!hasPicture) return null;
  return (
    <p className={styles.facts}>
      {title !== '' && <strong>{title}</strong>}
      <span>{`${classCount} ${classCount === 1 ? 'class' : 'classes'} · ${percent(share)} labeled`}</span>
    </p>
  );
}

function ReadOnlyBadge() {
  const workbench = useWorkbench();
  const reason = useApp((state) => state.project.readOnlyBecause);
  if (reason === null) return null;
  return (
    <button type="button" className={styles.readOnly} onClick={() => workbench.messages.info(reason)} {...tip(reason)}>
      <Lock size={13} />
      <span>Read only</span>
    </button>
  );
}

function ShareButton() {
  const workbench = useWorkbench();
  const hasPicture = useApp((state) => state.document.pictureId !== null);
  return (
    <button
      type="button"
      className={controls.button}
      disabled={!hasPicture}
      aria-haspopup="dialog"
      onClick={() => workbench.openDialog({ name: 'share' })}
      {...commandTip('share', 'This experiment as a link')}
    >
      <Share2 size={16} />
      Share
    </button>
  );
}

function ExportButton() {
  const workbench = useWorkbench();
  const hasPicture = useApp((state) => state.document.pictureId !== null);
  const exporting = useApp((state) => state.project.exporting);
  return (
    <button
      type="button"
      className={controls.button}
      disabled={!hasPicture}
      aria-haspopup="dialog"
      onClick={() => workbench.openDialog({ name: 'export' })}
      {...commandTip('export', 'Masks, pictures and figures as files')}
    >
      <Download size={16} />
      <span>{exporting === null ? 'Export' : `Exporting ${progressWords(exporting)}`}</span>
    </button>
  );
}

function CommandsButton() {
  const workbench = useWorkbench();
  return (
    <button
      type="button"
      className={controls.icon}
      aria-label="Commands"
      aria-haspopup="dialog"
      onClick={() => workbench.openDialog({ name: 'commands' })}
      {...commandTip('commands', 'Find and run any command')}
    >
      <Search size={18} />
    </button>
  );
}

function ThemeButton() {
  const workbench = useWorkbench();
  const theme = useApp((state) => state.view.theme);
  const ThemeIcon = THEME_ICONS[theme];
  return (
    <button
      type="button"
      className={controls.icon}
      aria-label={`Colours: ${theme}`}
      onClick={() => command('theme').perform(workbench)}
      {...commandTip('theme', `Colours: ${theme === 'system' ? 'as the system' : theme}`)}
    >
      <ThemeIcon size={18} />
    </button>
  );
}
