import type { AppState } from '../../state/store.ts';
import type { Workbench } from '../workbench.ts';

/** Headings under which commands stand, in the order of the shortcut sheet. */
export const COMMAND_GROUPS = ['Painting', 'Classes', 'Pictures', 'Project', 'Training', 'Looking', 'Help'] as const;

/**
 * Something a person can do by keyboard or by name: tooltips, key bindings, the shortcut sheet and the command palette
 * are made from these.
 */
export interface WorkbenchCommand {
  readonly id: string;
  readonly label: string;
  readonly group: (typeof COMMAND_GROUPS)[number];
  /** Key bindings in tinykeys' syntax, the one to show first; may be empty. */
  readonly keys: readonly string[];
  /** Other words that people look for it by. */
  readonly alsoCalled?: string;
  /** A key that is held down goes on performing it. */
  readonly repeats?: boolean;
  /** Why it cannot be done now, as a sentence; `null`: it can. */
  refusal?(state: AppState): string | null;
  perform(workbench: Workbench): void;
  /** For what lasts as long as its key is held: ends it. */
  release?(workbench: Workbench): void;
}

type Refusal = (state: AppState) => string | null;

export const withoutPicture: Refusal = ({ document }) => (document.pictureId === null ? 'Add a picture first.' : null);

export const withoutNeighbour: Refusal = ({ project }) =>
  project.pictures.length < 2 ? 'The project has no other picture.' : null;

export const readOnly: Refusal = ({ project }) => project.readOnlyBecause;

/** The first reason of several. */
export function firstOf(...refusals: readonly Refusal[]): Refusal {
  return (state) => {
    for (const refusal of refusals) {
      const reason = refusal(state);
      if (reason !== null) return reason;
    }
    return null;
  };
}
