import { type LucideIcon, ScanEye } from 'lucide-react';
import type { ComponentType } from 'react';
import type { LabPanelId } from '../../settings/panels.ts';
import { TruthPanel } from './TruthPanel.tsx';

export interface LabPanel {
  readonly id: LabPanelId;
  readonly name: string;
  /** One sentence: what there is to see. */
  readonly hint: string;
  readonly Icon: LucideIcon;
  readonly Content: ComponentType;
}

/** The panels of the teaching lab, in the order of their tabs. */
export const LAB_PANEL_LIST: readonly LabPanel[] = [
  {
    id: 'truth',
    name: 'Hidden truth',
    hint: 'What the painted pixels say, beside what is so: the network never sees the exact mask.',
    Icon: ScanEye,
    Content: TruthPanel,
  },
];
