import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  type Modifier,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { horizontalListSortingStrategy, SortableContext, sortableKeyboardCoordinates } from '@dnd-kit/sortable';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { PictureEntry } from '../../state/project.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { Popover } from '../controls/Popover.tsx';
import { useDragAnnouncements } from '../controls/useDragAnnouncements.ts';
import { PictureMenu } from './PictureMenu.tsx';
import styles from './PictureStrip.module.css';
import { Thumbnail } from './Thumbnail.tsx';
import { useNearThumbnails } from './useNearThumbnails.ts';

// All of these keep their identity from one render to the next: else every thumbnail would render again at every stroke.
/** A press that moves less far is a click. */
const MOUSE = { activationConstraint: { distance: 6 } };
/** A finger that rests drags; one that moves at once scrolls the strip. */
const TOUCH = { activationConstraint: { delay: 250, tolerance: 6 } };
const KEYBOARD = {
  coordinateGetter: sortableKeyboardCoordinates,
  /** Enter stays the button's own key: it opens the picture. */
  keyboardCodes: { start: ['Space'], cancel: ['Escape'], end: ['Space', 'Enter'] },
};
const alongTheStrip: Modifier = ({ transform }) => ({ ...transform, y: 0 });
const MODIFIERS = [alongTheStrip];
const INSTRUCTIONS_ID = 'moving-pictures';
const INSTRUCTIONS = {
  draggable:
    'Press Enter to open the picture. To move it, press Space, then the arrow keys; Space again puts it down, Escape puts it back.',
};

/** The project's pictures, to be opened and to be put in order by mouse, touch and keyboard. */
export function SortableThumbnails() {
  const workbench = useWorkbench();
  const pictures = useApp((state) => state.project.pictures);
  const readOnly = useApp((state) => state.project.readOnlyBecause !== null);
  const order = pictures.map(({ pictureId }) => pictureId).join(' ');
  const items = useMemo(() => order.split(' '), [order]);
  const list = useRef<HTMLUListElement>(null);
  const [isDragging, setDragging] = useState(false);
  const near = useNearThumbnails(list, items, isDragging);
  const canMove = !readOnly && items.length > 1;
  const sensors = useSensors(
    useSensor(MouseSensor, MOUSE),
    useSensor(TouchSensor, TOUCH),
    useSensor(KeyboardSensor, KEYBOARD),
  );
  const [menu, setMenu] = useState<{ readonly pictureId: string; readonly anchor: HTMLElement } | null>(null);
  const onMenu = useCallback((pictureId: string, anchor: HTMLElement | null) => {
    setMenu(anchor && { pictureId, anchor });
  }, []);
  const closeMenu = () => setMenu(null);
  const menuIndex = pictures.findIndex(({ pictureId }) => pictureId === menu?.pictureId);
  const menuPicture = pictures[menuIndex];
  const announcements = useDragAnnouncements(useMemo(() => announcementsFor(pictures), [pictures]));
  const drop = ({ active, over }: DragEndEvent) => {
    setDragging(false);
    const index = pictures.findIndex(({ pictureId }) => pictureId === over?.id);
    if (index >= 0 && active.id !== over?.id) workbench.pictures.move(String(active.id), index);
  };
  return (
    <DndContext
      id={INSTRUCTIONS_ID}
      sensors={sensors}
      collisionDetection={closestCenter}
      modifiers={MODIFIERS}
      accessibility={{ announcements, screenReaderInstructions: INSTRUCTIONS }}
      onDragStart={() => setDragging(true)}
      onDragEnd={drop}
      onDragCancel={() => setDragging(false)}
    >
      <SortableContext items={items} strategy={horizontalListSortingStrategy}>
        <ul ref={list} className={styles.pictures} aria-label="Pictures of this project">
          {pictures.map((picture) => (
            <Thumbnail
              key={picture.pictureId}
              picture={picture}
              canMove={canMove && near.has(picture.pictureId)}
              describedBy={INSTRUCTIONS_ID}
              hasMenu={menu?.pictureId === picture.pictureId}
              onMenu={onMenu}
            />
          ))}
        </ul>
      </SortableContext>
      {/* Not within a thumbnail: one that moves in the list would take it off the screen. */}
      {menu !== null && menuPicture !== undefined && (
        <Popover key={menuPicture.pictureId} label={menuPicture.title} anchor={menu.anchor} onClose={closeMenu}>
          <PictureMenu picture={menuPicture} index={menuIndex} count={pictures.length} onClose={closeMenu} />
        </Popover>
      )}
    </DndContext>
  );
}

function announcementsFor(pictures: readonly PictureEntry[]): Announcements {
  const indexOf = (id: string | number | undefined) => pictures.findIndex(({ pictureId }) => pictureId === id);
  const titleOf = (id: string | number) => pictures[indexOf(id)]?.title ?? 'The picture';
  const placeOf = (id: string | number | undefined) => `place ${indexOf(id) + 1} of ${pictures.length}`;
  return {
    onDragStart: ({ active }) => `${titleOf(active.id)} was picked up from ${placeOf(active.id)}.`,
    onDragOver: ({ active, over }) => (over === null ? undefined : `${titleOf(active.id)}: ${placeOf(over.id)}.`),
    onDragEnd: ({ active, over }) => `${titleOf(active.id)} was put down at ${placeOf((over ?? active).id)}.`,
    onDragCancel: ({ active }) => `${titleOf(active.id)} is back at ${placeOf(active.id)}.`,
  };
}
