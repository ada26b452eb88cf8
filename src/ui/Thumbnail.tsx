import { useSortable } from '@dnd-kit/sortable';
import { Check, Ellipsis, Target } from 'lucide-react';
import { memo, useEffect, useRef } from 'react';
import type { PictureEntry } from '../state/store.ts';
import { useApp, useWorkbench } from './appContext.ts';
import styles from './PictureStrip.module.css';
import { usePopoverButton } from './Popover.tsx';
import { pictureLabel, pictureTip, shortPercent, wholePercents } from './pictureWords.ts';
import { tip } from './tooltip.ts';
import { reveal } from './useStripScroll.ts';

interface ThumbnailProps {
  readonly picture: PictureEntry;
  /** How many pictures there are. */
  readonly count: number;
  readonly hasMenu: boolean;
  /** Opens a picture's menu at a button, or closes it; the same function at every render. */
  onMenu(pictureId: string, anchor: HTMLElement | null): void;
}

/** A picture of the project with its state; a press opens it, a drag moves it, its button has the rest. */
export const Thumbnail = memo(function Thumbnail({ picture, count, hasMenu, onMenu }: ThumbnailProps) {
  const workbench = useWorkbench();
  const { pictureId, title, thumbnail, labeledShare, use, done, hasTruth } = picture;
  const isOpen = useApp((state) => state.pictureId === pictureId);
  const readOnly = useApp((state) => state.readOnlyBecause !== null);
  const menuButton = usePopoverButton(hasMenu, (anchor) => onMenu(pictureId, anchor));
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id: pictureId,
    disabled: readOnly || count < 2,
  });
  const thumbnailButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isOpen && thumbnailButton.current !== null) reveal(thumbnailButton.current);
  }, [isOpen]);
  return (
    <li
      ref={setNodeRef}
      className={styles.picture}
      data-picture={pictureId}
      data-use={use}
      data-open={isOpen}
      data-dragging={isDragging}
      style={{ transform: transform === null ? undefined : `translateX(${transform.x}px)`, transition }}
    >
      <button
        ref={(element) => {
          thumbnailButton.current = element;
          setActivatorNodeRef(element);
        }}
        type="button"
        className={styles.thumbnail}
        aria-label={pictureLabel(picture)}
        aria-describedby={attributes['aria-describedby']}
        aria-current={isOpen ? 'true' : undefined}
        onClick={() => void workbench.pictures.open(pictureId)}
        {...listeners}
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
  );
});

function MaskedAccuracy({ scores }: Pick<PictureEntry, 'scores'>) {
  const accuracy = scores?.maskedAccuracy ?? null;
  if (accuracy === null) return null;
  return (
    <span className={styles.badge}>
      <Target size={9} />
      {wholePercents(accuracy)}
    </span>
  );
}
