import { Keyboard, Monitor, Moon, Sun } from 'lucide-react';
import { useRef } from 'react';
import { labeledShare } from '../state/selectors.ts';
import { useApp, useWorkbench } from './appContext.ts';
import { BackendBadge } from './BackendBadge.tsx';
import controls from './controls.module.css';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { percent } from './strings.ts';
import styles from './TopBar.module.css';
import { tip } from './tooltip.ts';

const NEXT_THEME = { system: 'light', light: 'dark', dark: 'system' } as const;
const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

export function TopBar() {
  const workbench = useWorkbench();
  const title = useApp((state) => state.title);
  const classCount = useApp((state) => state.classes.length);
  const share = useApp(labeledShare);
  const theme = useApp((state) => state.theme);
  const sheet = useRef<HTMLDialogElement>(null);
  const ThemeIcon = THEME_ICONS[theme];
  return (
    <header className={styles.bar}>
      <h1 className={styles.name}>
        <svg viewBox="0 0 20 20" aria-hidden="true" className={styles.logo}>
          <defs>
            <clipPath id="logo-shape">
              <rect x="1" y="1" width="18" height="18" rx="5" />
            </clipPath>
          </defs>
          <g clipPath="url(#logo-shape)">
            <path d="M0 0H20L0 20Z" className={styles.logoLabeled} />
            <path d="M8 20L20 8M13 20L20 13M3 20L20 3" className={styles.logoUnlabeled} />
          </g>
          <rect x="1" y="1" width="18" height="18" rx="5" className={styles.logoUnlabeled} />
        </svg>
        <span>Unlabeled</span>
      </h1>
      {title !== '' && (
        <p className={styles.facts}>
          <strong>{title}</strong>
          <span>
            {classCount} {classCount === 1 ? 'class' : 'classes'} · {percent(share)} labeled
          </span>
        </p>
      )}
      <span className={styles.space} />
      <button
        type="button"
        className={`${controls.icon} ${styles.wideOnly}`}
        aria-label="Keyboard shortcuts"
        onClick={() => sheet.current?.showModal()}
        {...tip('Keyboard shortcuts')}
      >
        <Keyboard size={18} />
      </button>
      <button
        type="button"
        className={controls.icon}
        aria-label={`Colours: ${theme}`}
        onClick={() => workbench.setView({ theme: NEXT_THEME[theme] })}
        {...tip(`Colours: ${theme === 'system' ? 'as the system' : theme}`)}
      >
        <ThemeIcon size={18} />
      </button>
      <BackendBadge />
      <ShortcutSheet ref={sheet} />
    </header>
  );
}
