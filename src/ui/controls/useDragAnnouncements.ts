import type { Announcements } from '@dnd-kit/core';
import { useMemo, useRef } from 'react';

/**
 * What is said of a drag. At its start the library tells at once that the item is over its own place, which would
 * speak over the start's own words: that is left out; a return to that place is not. The result lasts as long as
 * `announcements`.
 */
export function useDragAnnouncements(announcements: Announcements): Announcements {
  const isAtStart = useRef(false);
  return useMemo(
    () => ({
      ...announcements,
      onDragStart(event) {
        isAtStart.current = true;
        return announcements.onDragStart(event);
      },
      onDragOver(event) {
        const { active, over } = event;
        if (isAtStart.current && (over === null || over.id === active.id)) return undefined;
        isAtStart.current = false;
        return announcements.onDragOver(event);
      },
    }),
    [announcements],
  );
}
