/**
 * A pen's pressure, 0 to 1; `null` for pointers that have none. A pen reports 0 as it leaves the glass: the pressure
 * before, `formerPressure`, then holds on, so that a stroke does not end in a blot.
 */
export function penPressure(
  { pointerType, pressure }: Pick<PointerEvent, 'pointerType' | 'pressure'>,
  formerPressure: number | null,
): number | null {
  if (pointerType !== 'pen') return null;
  return pressure > 0 ? Math.min(1, pressure) : formerPressure;
}
