import { useEffect, useRef, useState } from 'react';

/** Share of what is seen that one press scrolls by: the last picture seen stays in sight. */
const PAGE = 0.8;

/** Where a strip stands: whether there is more on either side. The strip has one child, its content. */
export function useStripScroll() {
  const strip = useRef<HTMLDivElement>(null);
  const [{ before, after }, setMore] = useState({ before: false, after: false });
  useEffect(() => {
    const element = strip.current;
    if (element === null) return undefined;
    const look = () => {
      const { scrollLeft, scrollWidth, clientWidth } = element;
      const now = { before: scrollLeft > 1, after: scrollLeft + clientWidth < scrollWidth - 1 };
      setMore((former) => (former.before === now.before && former.after === now.after ? former : now));
    };
    element.addEventListener('scroll', look, { passive: true });
    const resized = new ResizeObserver(look);
    for (const observed of [element, ...element.children]) resized.observe(observed);
    return () => {
      element.removeEventListener('scroll', look);
      resized.disconnect();
    };
  }, []);
  const scroll = (direction: 1 | -1) => {
    const element = strip.current;
    const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth';
    element?.scrollBy({ left: direction * PAGE * element.clientWidth, behavior });
  };
  return { strip, before, after, scroll };
}

/** Scrolls a strip until `element` is seen whole. `scrollIntoView` would scroll the page to the strip too. */
export function reveal(element: HTMLElement): void {
  const strip = element.closest('[data-strip]');
  if (strip === null) return;
  const { left, right } = strip.getBoundingClientRect();
  const own = element.getBoundingClientRect();
  const margin = own.width / 2;
  if (own.left < left) strip.scrollBy({ left: own.left - left - margin });
  else if (own.right > right) strip.scrollBy({ left: own.right - right + margin });
}
