import { CodeXml, Columns2, Flame, Grid3x3, Hammer, History, type LucideIcon, ScanEye, Snail } from 'lucide-react';
import type { ComponentType } from 'react';
import type { LabPanelId } from '../../settings/panels.ts';
import { BreakItPanel } from './breakIt/BreakItPanel.tsx';
import { CodePanel } from './code/CodePanel.tsx';
import { ComparePanel } from './compare/ComparePanel.tsx';
import { GradientPanel } from './inspection/GradientPanel.tsx';
import { SlowPanel } from './inspection/SlowPanel.tsx';
import { MatrixPanel } from './matrix/MatrixPanel.tsx';
import { TimelinePanel } from './timeline/TimelinePanel.tsx';
import { TruthPanel } from './truth/TruthPanel.tsx';

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
    id: 'breakIt',
    name: 'Break it',
    hint: 'What else has been done with unlabeled pixels, and what becomes of the masks.',
    Icon: Hammer,
    Content: BreakItPanel,
  },
  {
    id: 'compare',
    name: 'Side by side',
    hint: 'Two learners, one setting apart: the same seed, the same strokes, step by step together.',
    Icon: Columns2,
    Content: ComparePanel,
  },
  {
    id: 'gradient',
    name: 'Where the gradient is',
    hint: 'What the loss asks of every pixel. Black: exactly nothing.',
    Icon: Flame,
    Content: GradientPanel,
  },
  {
    id: 'slowly',
    name: 'One step, slowly',
    hint: 'From a pixel to the weights and back, with its real figures.',
    Icon: Snail,
    Content: SlowPanel,
  },
  {
    id: 'truth',
    name: 'Hidden truth',
    hint: 'What the painted pixels say, beside what is so: the network never sees the exact mask.',
    Icon: ScanEye,
    Content: TruthPanel,
  },
  {
    id: 'matrix',
    name: 'Confusion matrix',
    hint: 'What every labeled pixel was taken for, class by class, and how sure the network is.',
    Icon: Grid3x3,
    Content: MatrixPanel,
  },
  {
    id: 'timeline',
    name: 'Timeline',
    hint: 'Every step of the learner on one line: go back to what it predicted then, and on from there.',
    Icon: History,
    Content: TimelinePanel,
  },
  {
    id: 'code',
    name: 'The code for it',
    hint: 'What is on the screen as a program, with the right flags.',
    Icon: CodeXml,
    Content: CodePanel,
  },
];
