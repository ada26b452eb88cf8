import { ArrowLeft, ArrowRight, Download, ImageDown, Trash2 } from 'lucide-react';
import { useId } from 'react';
import { PICTURE_USES } from '../../settings/pictureUse.ts';
import type { PictureEntry } from '../../state/project.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import popover from '../controls/Popover.module.css';
import { TextField } from '../controls/TextField.tsx';
import { tip } from '../controls/tooltip.ts';
import styles from './PictureMenu.module.css';
import { USE_WORDS } from './pictureWords.ts';

const MAX_NAME_LENGTH = 80;

interface PictureMenuProps {
  readonly picture: PictureEntry;
  readonly index: number;
  readonly count: number;
  onClose(): void;
}

/** What a picture is for and what can be done with it. */
export function PictureMenu({ picture, index, count, onClose }: PictureMenuProps) {
  const workbench = useWorkbench();
  const readOnly = useApp((state) => state.project.readOnlyBecause !== null);
  const { pictureId, title, done } = picture;
  /** Masks and exports are of the picture on the screen. */
  const onTheScreen = (perform: () => void) => async () => {
    onClose();
    const { document } = workbench.store.getState();
    if (document.pictureId === pictureId || (await workbench.pictures.open(pictureId))) perform();
  };
  return (
    <div className={styles.menu}>
      <fieldset className={styles.group} disabled={readOnly}>
        <legend>Picture</legend>
        <TextField
          label="Picture’s name"
          value={title}
          maxLength={MAX_NAME_LENGTH}
          onChange={(name) => workbench.pictures.rename(pictureId, name)}
        />
        <Uses picture={picture} />
        <label className={popover.item}>
          <input
            type="checkbox"
            checked={done}
            onChange={(event) => workbench.pictures.setDone(pictureId, event.target.checked)}
          />
          Done
        </label>
        <div className={styles.row}>
          <button
            type="button"
            className={popover.item}
            disabled={index === 0}
            onClick={() => workbench.pictures.move(pictureId, index - 1)}
          >
            <ArrowLeft size={15} />
            Move left
          </button>
          <button
            type="button"
            className={popover.item}
            disabled={index === count - 1}
            onClick={() => workbench.pictures.move(pictureId, index + 1)}
          >
            <ArrowRight size={15} />
            Move right
          </button>
        </div>
        <button
          type="button"
          className={popover.item}
          onClick={onTheScreen(() => workbench.filePicker?.('mask'))}
          {...tip('Labels from a PNG mask; you say which value is which class')}
        >
          <ImageDown size={15} />
          Import a mask…
        </button>
      </fieldset>
      <button
        type="button"
        className={popover.item}
        onClick={onTheScreen(() => workbench.openDialog({ name: 'export' }))}
      >
        <Download size={15} />
        Export…
      </button>
      <button
        type="button"
        className={`${popover.item} ${styles.remove}`}
        disabled={readOnly}
        onClick={() => {
          onClose();
          workbench.pictures.remove(pictureId);
        }}
      >
        <Trash2 size={15} />
        Remove
      </button>
    </div>
  );
}

function Uses({ picture: { pictureId, use } }: Pick<PictureMenuProps, 'picture'>) {
  const workbench = useWorkbench();
  const name = useId();
  return (
    <div role="radiogroup" aria-label="Use">
      {PICTURE_USES.map((choice) => (
        <label key={choice} className={popover.item} {...tip(USE_WORDS[choice].hint)}>
          <input
            type="radio"
            name={name}
            checked={use === choice}
            data-first={use === choice ? '' : undefined}
            onChange={() => workbench.pictures.setUse(pictureId, choice)}
          />
          <span>{USE_WORDS[choice].name}</span>
        </label>
      ))}
    </div>
  );
}
