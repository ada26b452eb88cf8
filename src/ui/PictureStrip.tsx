import { ImagePlus } from 'lucide-react';
import { useRef } from 'react';
import type { PictureEntry } from '../state/store.ts';
import { useApp, useWorkbench } from './appContext.ts';
import controls from './controls.module.css';
import styles from './PictureStrip.module.css';
import { tip } from './tooltip.ts';

/** The pictures: built-in ones and a person's own. */
export function PictureStrip() {
  const workbench = useWorkbench();
  const pictures = useApp((state) => state.pictures);
  const field = useRef<HTMLInputElement>(null);
  return (
    <section className={styles.strip} aria-label="Pictures">
      {pictures.map((picture) => (
        <Thumbnail key={picture.documentId} picture={picture} />
      ))}
      <button
        type="button"
        className={controls.button}
        onClick={() => field.current?.click()}
        {...tip('Open a picture of yours. It stays on this device')}
      >
        <ImagePlus size={16} />
        Add a picture
      </button>
      <input
        ref={field}
        type="file"
        accept="image/*"
        multiple
        hidden
        aria-label="Picture file"
        onChange={(event) => {
          for (const file of event.target.files ?? []) void workbench.openFile(file);
          // The same file can be chosen again after an error.
          event.target.value = '';
        }}
      />
    </section>
  );
}

function Thumbnail({ picture }: { picture: PictureEntry }) {
  const workbench = useWorkbench();
  const open = useApp((state) => state.documentId === picture.documentId);
  const { title, domain, thumbnail, labeledShare, hasTruth } = picture;
  const label = `${title} (${domain.toLowerCase()})`;
  return (
    <button
      type="button"
      className={styles.thumbnail}
      aria-label={label}
      aria-current={open}
      onClick={() => void workbench.openPicture(picture.documentId)}
      {...tip(hasTruth ? `${label}: an exact mask is known, so the true accuracy can be shown` : label)}
    >
      <img src={thumbnail} alt="" loading="lazy" draggable={false} />
      {labeledShare !== null && <span className={styles.badge}>{(labeledShare * 100).toFixed(0)} %</span>}
      {hasTruth && <span className={`${styles.badge} ${styles.truth}`}>truth</span>}
    </button>
  );
}
