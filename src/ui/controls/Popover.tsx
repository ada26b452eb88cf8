import { type KeyboardEvent, type MouseEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { moveFocusInMenu } from './menuKeys.ts';
import styles from './Popover.module.css';

const GAP_PX = 4;
const MARGIN_PX = 8;

interface PopoverProps {
  readonly label: string;
  /** The element that it opens at. */
  readonly anchor: HTMLElement;
  readonly className?: string | undefined;
  /** It holds nothing but a list of things to do: letters, too, lead to one, and are no shortcuts there. */
  readonly isMenu?: true;
  onClose(): void;
  readonly children: ReactNode;
}

/**
 * A native popover at an element, on the side where there is more room: the browser does what packages of popovers do,
 * but for the place, which CSS anchors give in some browsers only. The focus goes to what is marked `data-first`, else
 * to the first button, and comes back at the end; arrow keys, Home and End lead it through the buttons.
 */
export function Popover({ label, anchor, className, isMenu, onClose, children }: PopoverProps) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const popover = element.current;
    if (popover === null) return undefined;
    popover.showPopover();
    place(popover, anchor);
    const first = popover.querySelector<HTMLElement>('[data-first]') ?? popover.querySelector('button:enabled');
    if (first instanceof HTMLElement) first.focus();
    return () => popover.hidePopover();
  }, [anchor]);
  return (
    <div
      ref={element}
      popover="auto"
      role="dialog"
      aria-label={label}
      className={`${styles.popover} ${className ?? ''}`}
      onKeyDown={(event) => {
        if (!isForClosing(event)) {
          moveFocusInMenu(event, isMenu ?? false);
          return;
        }
        // At once: until its closing event comes, the button would take the next key for the one that closes.
        event.preventDefault();
        onClose();
      }}
      onToggle={(event) => {
        // The event comes late: by now the popover may have been opened again.
        if (event.target === element.current && !element.current.matches(':popover-open')) onClose();
      }}
    >
      {children}
    </div>
  );
}

/** Whether a key is the Escape that closes, and not one that a field or an input method has taken for itself. */
function isForClosing({ key, defaultPrevented, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Escape' && !defaultPrevented && !nativeEvent.isComposing;
}

/** What a button needs that opens a popover and closes it again. */
export interface PopoverButton {
  readonly 'aria-haspopup': 'dialog';
  readonly 'aria-expanded': boolean;
  onPointerDown(): void;
  onClick(event: MouseEvent<HTMLElement>): void;
}

/** Attributes of a button for a popover that is open or not; `change` gets the button, or `null` to close. */
export function usePopoverButton(isOpen: boolean, change: (anchor: HTMLElement | null) => void): PopoverButton {
  // The browser closes an open popover at the press, before the click asks what to do.
  const wasOpen = useRef(false);
  return {
    'aria-haspopup': 'dialog',
    'aria-expanded': isOpen,
    onPointerDown() {
      wasOpen.current = isOpen;
    },
    onClick(event) {
      const byKeyboard = event.detail === 0;
      change((byKeyboard ? isOpen : wasOpen.current) ? null : event.currentTarget);
    },
  };
}

/** A popover's state and its button's attributes. */
export function usePopover() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const button = usePopoverButton(anchor !== null, setAnchor);
  return { anchor, button, close: () => setAnchor(null) };
}

function place(popover: HTMLElement, anchor: HTMLElement): void {
  const { top, bottom, left } = anchor.getBoundingClientRect();
  const above = top;
  const below = innerHeight - bottom;
  const { style } = popover;
  style.maxHeight = `${Math.max(above, below) - GAP_PX - MARGIN_PX}px`;
  if (below >= above) style.top = `${bottom + GAP_PX}px`;
  else style.bottom = `${innerHeight - top + GAP_PX}px`;
  const width = popover.getBoundingClientRect().width;
  style.left = `${Math.max(MARGIN_PX, Math.min(left, innerWidth - width - MARGIN_PX))}px`;
}
