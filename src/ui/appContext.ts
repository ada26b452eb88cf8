import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { AppState } from '../state/store.ts';
import type { Workbench } from '../workbench/workbench.ts';

export const CurrentWorkbench = createContext<Workbench | null>(null);

/** What a person can do. */
export function useWorkbench(): Workbench {
  const workbench = useContext(CurrentWorkbench);
  if (workbench === null) throw new Error('This component must stand inside the page.');
  return workbench;
}

/** One fact of the store; the component renders again when it changes. Select primitives or stable objects. */
export function useApp<Fact>(selector: (state: AppState) => Fact): Fact {
  return useStore(useWorkbench().store, selector);
}
