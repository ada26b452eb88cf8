import { X } from 'lucide-react';
import { useEffect, useId } from 'react';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { tip } from '../controls/tooltip.ts';
import { PanelBoundary } from '../fault/PanelBoundary.tsx';
import styles from './LabDock.module.css';
import { LAB_PANEL_LIST } from './labPanels.ts';

/** The teaching lab beside the picture: one panel at a time, its tabs above. */
export function LabDock() {
  const workbench = useWorkbench();
  const open = useApp((state) => state.view.labPanel);
  const hiddenPanels = useApp((state) => state.view.hiddenPanels);
  const id = useId();
  const shown = LAB_PANEL_LIST.filter((panel) => !hiddenPanels.has(panel.id));
  const current = open === null ? undefined : (shown.find((panel) => panel.id === open) ?? shown[0]);
  // A panel that is not there opens the first in its place, and everyone is to know which.
  useEffect(() => {
    if (current !== undefined && current.id !== open) workbench.lab.open(current.id);
  }, [workbench, current, open]);
  if (current === undefined || hiddenPanels.has('lab')) return null;
  const { Content } = current;
  const moveFocus = (key: string) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step === undefined) return;
    const next = shown[(shown.indexOf(current) + step + shown.length) % shown.length] ?? current;
    workbench.lab.open(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  };
  return (
    <aside className={styles.dock} aria-label="Lab">
      <header className={styles.header}>
        <div role="tablist" aria-label="Lab" className={styles.tabs}>
          {shown.map((panel) => (
            <button
              key={panel.id}
              id={`${id}-${panel.id}`}
              type="button"
              role="tab"
              className={styles.tab}
              aria-label={panel.name}
              aria-selected={panel === current}
              aria-controls={`${id}-content`}
              tabIndex={panel === current ? 0 : -1}
              onClick={() => workbench.lab.open(panel.id)}
              onKeyDown={(event) => moveFocus(event.key)}
              {...tip(panel.name)}
            >
              <panel.Icon size={18} />
            </button>
          ))}
        </div>
        <button
          type="button"
          className={controls.icon}
          aria-label="Close the lab"
          onClick={() => workbench.lab.close()}
          {...tip('Close the lab')}
        >
          <X size={18} />
        </button>
      </header>
      <div
        key={current.id}
        id={`${id}-content`}
        role="tabpanel"
        aria-labelledby={`${id}-${current.id}`}
        className={styles.content}
      >
        <h2 className={styles.title}>{current.name}</h2>
        <p className={styles.hint}>{current.hint}</p>
        <PanelBoundary name={`“${current.name}”`}>
          <Content />
        </PanelBoundary>
      </div>
    </aside>
  );
}
