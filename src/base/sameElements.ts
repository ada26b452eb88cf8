/** Whether two lists have equal elements in the same order. */
export function sameElements<Element>(a: readonly Element[], b: readonly Element[]): boolean {
  return a.length === b.length && a.every((element, i) => element === b[i]);
}
