import type { KeyboardEvent } from 'react';

/** What the keys of a menu go through; radio buttons have arrow keys of their own. */
const STOPS = 'button:enabled, input[type=checkbox]:enabled';

/** Where arrow keys do nothing of their own, and where only Home and End do nothing. */
const FREE = 'button, input[type=checkbox]';
const PARTLY_FREE = 'input[type=radio]';

/**
 * Moves the focus as in a menu (WAI-ARIA Authoring Practices, "Menu"): an arrow key to the next or the former of a
 * popover's buttons, round its ends, Home and End to the first and the last. `findsLetters`: a letter to the next one
 * whose name begins with it. Fields, sliders and radio buttons keep the keys that are theirs.
 *
 * Written here: Radix's menus weigh 35 KB, compressed, and write a style element, which the page's content-security policy
 * refuses.
 */
export function moveFocusInMenu(event: KeyboardEvent<HTMLElement>, findsLetters: boolean): void {
  const { key, target, currentTarget, defaultPrevented } = event;
  if (defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!(target instanceof HTMLElement) || event.nativeEvent.isComposing) return;
  if (!target.matches(FREE) && !(target.matches(PARTLY_FREE) && (key === 'Home' || key === 'End'))) return;
  const stops = Array.from(currentTarget.querySelectorAll<HTMLElement>(STOPS)).filter((stop) => stop.checkVisibility());
  const names = stops.map((stop) => stop.ariaLabel ?? stop.textContent ?? '');
  const next = stopAfter(key, stops.indexOf(target), names, findsLetters);
  if (next === null) return;
  event.preventDefault();
  // A letter that was heard here is no shortcut.
  event.stopPropagation();
  stops[next]?.focus();
}

/** Which of the `names` a key leads to from the one at `index`, −1: none of them; `null`: the key leads nowhere. */
export function stopAfter(key: string, index: number, names: readonly string[], findsLetters: boolean): number | null {
  const last = names.length - 1;
  if (last < 0) return null;
  switch (key) {
    case 'ArrowDown':
      return index === last ? 0 : index + 1;
    case 'ArrowUp':
      return index <= 0 ? last : index - 1;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return findsLetters && /^[\p{L}\p{N}]$/u.test(key) ? namedAfter(key, index, names) : null;
  }
}

/** The next name after `index` that begins with a letter, of whatever case, round the end. */
function namedAfter(letter: string, index: number, names: readonly string[]): number | null {
  for (let step = 1; step <= names.length; step++) {
    const candidate = (index + step) % names.length;
    if (names[candidate]?.trim().toLowerCase().startsWith(letter.toLowerCase())) return candidate;
  }
  return null;
}
