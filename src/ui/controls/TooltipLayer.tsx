import { useEffect, useRef, useState } from 'react';
import styles from './TooltipLayer.module.css';

const DELAY_MS = 350;
const MARGIN_PX = 8;

interface Shown {
  readonly text: string;
  readonly anchor: DOMRect;
}

/**
 * Shows the `data-tip` text of whatever the mouse or the focus rests on, always inside the window. One layer for all,
 * by delegation: a package's component for each of some hundred buttons would render with them, and `title` waits for a
 * mouse.
 */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null);
  const bubble = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer = 0;
    const hide = () => {
      clearTimeout(timer);
      setShown(null);
    };
    const offer = (event: Event) => {
      clearTimeout(timer);
      if (event instanceof PointerEvent && event.pointerType !== 'mouse') return;
      const owner = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
      if (owner === null) {
        setShown(null);
        return;
      }
      timer = window.setTimeout(() => {
        const text = owner.getAttribute('data-tip');
        if (text !== null && owner.isConnected) setShown({ text, anchor: owner.getBoundingClientRect() });
      }, DELAY_MS);
    };
    const focused = (event: Event) => {
      if (event.target instanceof Element && event.target.matches(':focus-visible')) offer(event);
    };
    document.addEventListener('pointerover', offer);
    document.addEventListener('focusin', focused);
    document.addEventListener('focusout', hide);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('keydown', hide);
    return () => {
      hide();
      document.removeEventListener('pointerover', offer);
      document.removeEventListener('focusin', focused);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('keydown', hide);
    };
  }, []);

  useEffect(() => {
    const element = bubble.current;
    if (element === null || shown === null) return;
    // On the top layer, where dialogs are.
    element.showPopover();
    const { anchor } = shown;
    const { width, height } = element.getBoundingClientRect();
    const below = anchor.bottom + MARGIN_PX;
    const top = below + height < innerHeight ? below : anchor.top - MARGIN_PX - height;
    const left = anchor.left + anchor.width / 2 - width / 2;
    element.style.top = `${Math.max(MARGIN_PX, top)}px`;
    element.style.left = `${Math.min(innerWidth - width - MARGIN_PX, Math.max(MARGIN_PX, left))}px`;
  }, [shown]);

  if (shown === null) return null;
  return (
    <div ref={bubble} popover="manual" className={styles.tooltip} role="tooltip">
      {shown.text}
    </div>
  );
}
