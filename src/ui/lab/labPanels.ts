import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { LabPanelId } from '../../settings/panels.ts';

export interface LabPanel {
  readonly id: LabPanelId;
  readonly name: string;
  /** One sentence: what there is to see. */
  readonly hint: string;
  readonly Icon: LucideIcon;
  readonly Content: ComponentType;
}

/** The panels of the teaching lab, in the order of their tabs. */
export const LAB_PANEL_LIST: readonly LabPanel[] = [];
