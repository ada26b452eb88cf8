import { MAX_FRAGMENT_LENGTH } from '../../project/link/linkCodec.ts';
import { CopyButton } from './CopyButton.tsx';
import styles from './ShareDialog.module.css';
import { sizeWords } from './shareWords.ts';

interface LinkFieldProps {
  readonly address: string;
  readonly fragmentLength: number;
  /** Another one is being made. */
  readonly isOld: boolean;
}

/** The link, to copy, and how much room it takes. */
export function LinkField({ address, fragmentLength, isOld }: LinkFieldProps) {
  return (
    <div className={styles.link}>
      <div className={styles.row}>
        <input
          className={styles.address}
          type="text"
          aria-label="Link address"
          readOnly
          aria-busy={isOld}
          value={address}
          onFocus={(event) => event.target.select()}
        />
        <CopyButton text={address} label="Copy link" disabled={isOld} />
      </div>
      <div className={styles.size}>
        <progress max={MAX_FRAGMENT_LENGTH} value={fragmentLength} aria-label="Room taken" />
        <span>{sizeWords(fragmentLength)}</span>
      </div>
      <p className={styles.note}>
        Picture, strokes, classes, settings and seed are in the link itself. Nothing is sent anywhere.
      </p>
    </div>
  );
}
