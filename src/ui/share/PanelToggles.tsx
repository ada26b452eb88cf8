import { Eye, EyeOff } from 'lucide-react';
import { PAGE_PANELS, type PanelId } from '../../settings/panels.ts';
import { LAB_PANEL_LIST } from '../lab/labPanels.ts';
import styles from './PanelToggles.module.css';

const PAGE_PANEL_NAMES: Readonly<Record<(typeof PAGE_PANELS)[number], string>> = {
  tools: 'Tools',
  classes: 'Classes',
  scores: 'Scores',
  learner: 'Settings',
  pictures: 'Pictures',
  lab: 'Lab',
};

interface PanelTogglesProps {
  readonly hiddenPanels: ReadonlySet<PanelId>;
  onChange(hiddenPanels: ReadonlySet<PanelId>): void;
}

/** Which parts of the page whoever opens the link sees. */
export function PanelToggles({ hiddenPanels, onChange }: PanelTogglesProps) {
  const labPanels = hiddenPanels.has('lab') ? [] : LAB_PANEL_LIST;
  const parts = [...PAGE_PANELS.map((id) => ({ id, name: PAGE_PANEL_NAMES[id] })), ...labPanels];
  const toggle = (id: PanelId) => {
    const changed = new Set(hiddenPanels);
    if (!changed.delete(id)) changed.add(id);
    onChange(changed);
  };
  return (
    <fieldset className={styles.panels}>
      <legend>What it shows</legend>
      {parts.map(({ id, name }) => {
        const isShown = !hiddenPanels.has(id);
        return (
          <label key={id} className={styles.panel}>
            <input type="checkbox" checked={isShown} onChange={() => toggle(id)} />
            {isShown ? <Eye size={15} /> : <EyeOff size={15} />}
            <span>{name}</span>
          </label>
        );
      })}
    </fieldset>
  );
}
