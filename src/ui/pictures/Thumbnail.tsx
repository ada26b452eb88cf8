import type { DraggableSyntheticListeners } from '@dnd-kit/core';
import { useSortable } from '@dnd-kit/sortable';
import { Check, Ellipsis, Target } from 'lucide-react';
import { memo, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import type { PictureEntry } from '../../state/project.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { usePopoverButton } from '../controls/Popover.tsx';
import { tip } from '../controls/tooltip.ts';
import styles from './PictureStrip.module.css';
import { pictureLabel, pictureTip, shortPercent, wholePercents } from './pictureWords.ts';
import { reveal } from './useStripScroll.ts';

interface ThumbnailProps {
  readonly picture: PictureEntry;
  readonly canMove: boolean;
  /** Id of the words that tell how a picture is moved. */
  readonly describedBy: string;
  readonly hasMenu: boolean;
  /** Opens a picture's menu at a button, or closes it; the same function at every render. */
  onMenu(pictureId: string, anchor: HTMLElement | null): void;
}

/** A picture of the project with its state; a press opens it, a drag moves it, its button has the rest. */
export const Thumbnail = memo(function Thumbnail({ picture, canMove, describedBy, hasMenu, onMenu }: ThumbnailProps) {
  const workbench = useWorkbench();
  const { pictureId, title, thumbnail, labeledShare, use, done, hasTruth } = picture;
  const isOpen = useApp((state) => state.document.pictureId === pictureId);
  const menuButton = usePopoverButton(hasMenu, (anchor) => onMenu(pictureId, anchor));
  const item = useRef<HTMLLIElement>(null);
  const thumbnailButton = useRef<HTMLButtonElement>(null);
  const listeners = useRef<DraggableSyntheticListeners>(undefined);
  useEffect(() => {
    if (isOpen && thumbnailButton.current !== null) reveal(thumbnailButton.current);
  }, [isOpen]);
  return (
    <>
      <li ref={item} className={styles.picture} data-picture={pictureId} data-use={use} data-open={isOpen}>
        <button
          ref={thumbnailButton}
          type="button"
          className={styles.thumbnail}
          aria-label={pictureLabel(picture)}
          aria-describedby={describedBy}
          aria-current={isOpen ? 'true' : undefined}
          onClick={() => void workbench.pictures.open(pictureId)}
          onMouseDown={(event) => listeners.current?.['onMouseDown']?.(event)}
          onTouchStart={(event) => listeners.current?.['onTouchStart']?.(event)}
          onKeyDown={(event) => listeners.current?.['onKeyDown']?.(event)}
          {...tip(pictureTip(picture))}
        >
          <img src={thumbnail} alt="" loading="lazy" draggable={false} />
        </button>
        <span className={styles.marks} aria-hidden="true">
          {done && (
            <span className={styles.done}>
              <Check size={11} strokeWidth={3} />
            </span>
          )}
          {use === 'test' && <span className={styles.badge}>test</span>}
          {use === 'skip' && <span className={styles.badge}>left out</span>}
          {hasTruth && <span className={styles.badge}>truth</span>}
        </span>
        <span className={styles.figures} aria-hidden="true">
          <MaskedAccuracy scores={picture.scores} />
          <span className={styles.badge}>{shortPercent(labeledShare)}</span>
        </span>
        <button type="button" className={styles.more} aria-label={`Options of ${title}`} {...menuButton}>
          <span>
            <Ellipsis size={14} />
          </span>
        </button>
      </li>
      {/* Behind the list item: React fills the refs in this order. */}
      {canMove && <Sorting pictureId={pictureId} item={item} handle={thumbnailButton} listeners={listeners} />}
    </>
  );
});

interface SortingProps {
  readonly pictureId: string;
  readonly item: RefObject<HTMLLIElement | null>;
  readonly handle: RefObject<HTMLButtonElement | null>;
  /** Gets what the handle has to listen to. */
  readonly listeners: RefObject<DraggableSyntheticListeners>;
}

/**
 * Makes a thumbnail sortable, and draws nothing: each step of a drag renders everything sortable anew, which costs too
 * much for a whole thumbnail, and for all of a long strip. So this comes and goes, while the thumbnail and the focus in
 * it stay.
 */
function Sorting({ pictureId, item, handle, listeners }: SortingProps) {
  const sortable = useSortable({ id: pictureId });
  const { setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = sortable;
  const shiftX = transform?.x;
  useLayoutEffect(() => {
    const element = item.current;
    setNodeRef(element);
    setActivatorNodeRef(handle.current);
    return () => {
      element?.removeAttribute('style');
      element?.removeAttribute('data-dragging');
    };
  }, [item, handle, setNodeRef, setActivatorNodeRef]);
  useLayoutEffect(() => {
    listeners.current = sortable.listeners;
    return () => {
      listeners.current = undefined;
    };
  }, [listeners, sortable.listeners]);
  useLayoutEffect(() => {
    if (item.current === null) return;
    item.current.style.transform = shiftX === undefined ? '' : `translateX(${shiftX}px)`;
    item.current.style.transition = transition ?? '';
    item.current.dataset['dragging'] = String(isDragging);
  }, [item, shiftX, transition, isDragging]);
  return null;
}

function MaskedAccuracy({ scores }: Pick<PictureEntry, 'scores'>) {
  const accuracy = scores?.maskedAccuracy ?? null;
  if (accuracy === null) return null;
  return (
    <span className={styles.badge}>
      <Target size={9} />
      <span>{wholePercents(accuracy)}</span>
    </span>
  );
}
