import { type RefObject, useEffect, useState } from 'react';

/** How far beyond each side of what is seen is near: by as much as is seen. */
const MARGIN = '0px 100%';

/**
 * The pictures whose thumbnails in `list` are seen or near it. During a drag those it came by stay near, as they have
 * made way for it; what has the focus stays near, too, for its keys.
 */
export function useNearThumbnails(
  list: RefObject<HTMLElement | null>,
  pictureIds: readonly string[],
  isDragging: boolean,
): ReadonlySet<string> {
  const [near, setNear] = useState<ReadonlySet<string>>(new Set());
  // biome-ignore lint/correctness/useExhaustiveDependencies: `pictureIds` are what the list shows.
  useEffect(() => {
    const root = list.current?.closest('[data-strip]') ?? null;
    const observer = new IntersectionObserver(
      (entries) => setNear((former) => afterCrossings(former, entries, isDragging)),
      { root, rootMargin: MARGIN },
    );
    for (const thumbnail of list.current?.children ?? []) observer.observe(thumbnail);
    return () => observer.disconnect();
  }, [list, pictureIds, isDragging]);
  return near;
}

/** The same set where nothing changes. */
function afterCrossings(
  former: ReadonlySet<string>,
  crossings: readonly IntersectionObserverEntry[],
  isDragging: boolean,
): ReadonlySet<string> {
  const near = new Set(former);
  let isChanged = false;
  for (const { target, isIntersecting } of crossings) {
    const pictureId = target.getAttribute('data-picture') ?? '';
    const isNear = isIntersecting || (near.has(pictureId) && (isDragging || target.contains(document.activeElement)));
    if (isNear === near.has(pictureId)) continue;
    isChanged = true;
    if (isNear) near.add(pictureId);
    else near.delete(pictureId);
  }
  return isChanged ? near : former;
}
