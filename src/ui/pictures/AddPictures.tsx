import { Camera, ChevronDown, Files, Folder, ImagePlus } from 'lucide-react';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import popover from '../controls/Popover.module.css';
import { Popover, usePopover } from '../controls/Popover.tsx';
import { commandTip, isMac } from '../controls/tooltip.ts';
import styles from './AddPictures.module.css';
import { progressWords } from './pictureWords.ts';

/** Opens the file dialog; its smaller half has the other ways in. */
export function AddPictures() {
  const workbench = useWorkbench();
  const adding = useApp((state) => state.project.adding);
  const { anchor, button, close } = usePopover();
  return (
    <div className={styles.add}>
      <button
        type="button"
        className={`${controls.button} ${styles.main}`}
        onClick={() => workbench.filePicker?.('pictures')}
        {...commandTip(
          'addPictures',
          'Add pictures of yours: PNG, JPEG, WebP, TIFF and more. They stay on this device',
        )}
      >
        <ImagePlus size={16} />
        <span>Add pictures</span>
      </button>
      <button
        type="button"
        className={`${controls.button} ${styles.ways}`}
        aria-label="Other ways to add pictures"
        {...button}
      >
        <ChevronDown size={14} />
      </button>
      {anchor !== null && (
        <Popover label="Add pictures" anchor={anchor} isMenu onClose={close}>
          <Ways onClose={close} />
        </Popover>
      )}
      <span role="status" className={adding === null ? styles.silent : styles.progress}>
        {adding !== null && `Adding ${progressWords(adding)}`}
      </span>
    </div>
  );
}

function Ways({ onClose }: { onClose(): void }) {
  const workbench = useWorkbench();
  const closeAnd = (perform: () => void) => () => {
    onClose();
    perform();
  };
  return (
    <>
      <button type="button" className={popover.item} onClick={closeAnd(() => workbench.filePicker?.('pictures'))}>
        <Files size={15} />
        Files…
      </button>
      {'webkitdirectory' in HTMLInputElement.prototype && (
        <button type="button" className={popover.item} onClick={closeAnd(() => workbench.filePicker?.('folder'))}>
          <Folder size={15} />
          Folder…
        </button>
      )}
      <button type="button" className={popover.item} onClick={closeAnd(() => workbench.openDialog({ name: 'camera' }))}>
        <Camera size={15} />
        Camera…
      </button>
      <hr className={popover.rule} />
      <p className={`${popover.hint} ${styles.hint}`}>
        {`Or paste a picture with ${isMac ? '⌘V' : 'Ctrl+V'}, or drop files and folders anywhere on the page.`}
      </p>
    </>
  );
}
