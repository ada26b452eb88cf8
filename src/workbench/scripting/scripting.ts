import type { Workbench } from '../workbench.ts';
import { type ScriptedActs, scriptedActs } from './acts.ts';
import { type ScriptedFacts, scriptedFacts } from './facts.ts';

/** `window.unlabeled`: what scripts and the console may read and do, for notebooks, slides and tests. */
export type Scripting = ScriptedFacts & ScriptedActs;

declare global {
  interface Window {
    unlabeled?: Scripting;
  }
}

/** Puts the scripting object on the window. */
export function exposeScripting(workbench: Workbench): Scripting {
  const scripting = { ...scriptedFacts(workbench), ...scriptedActs(workbench) };
  window.unlabeled = scripting;
  return scripting;
}
