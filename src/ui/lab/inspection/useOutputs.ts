import { PREDICTED_UNLABELED } from '../../../labels/planes.ts';
import { useApp } from '../../appContext.ts';

/** What an output of the network stands for, for a person. */
export interface OutputLook {
  readonly id: number;
  readonly name: string;
  /** `null`: "unlabeled", which is hatched. */
  readonly color: string | null;
}

/** Looks of outputs, given their class ids; of a class that is gone meanwhile only the id is known. */
export function useOutputs(outputs: readonly number[]): OutputLook[] {
  const classes = useApp((state) => state.document.classes);
  return outputs.map((id) => {
    if (id === PREDICTED_UNLABELED) return { id, name: 'Unlabeled', color: null };
    const found = classes.find((c) => c.id === id);
    return { id, name: found?.name ?? `Class ${id}`, color: found?.color ?? null };
  });
}
