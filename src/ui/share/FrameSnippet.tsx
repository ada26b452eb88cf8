import { useState } from 'react';
import { parseOrigin } from '../../settings/origin.ts';
import { CopyButton } from './CopyButton.tsx';
import styles from './ShareDialog.module.css';
import { frameSnippet } from './shareWords.ts';

const EXAMPLE = 'https://example.org';

/** What to put into another page's source, for a frame that answers that page. */
export function FrameSnippet({ fragment, isOld }: { readonly fragment: string; readonly isOld: boolean }) {
  const [address, setAddress] = useState(EXAMPLE);
  const origin = parseOrigin(address);
  const snippet = frameSnippet(fragment, origin ?? EXAMPLE);
  return (
    <div className={styles.link}>
      <label className={styles.origin}>
        <span>Address of your page</span>
        <input
          className={styles.address}
          type="url"
          autoComplete="off"
          spellCheck={false}
          value={address}
          aria-invalid={origin === null}
          onChange={(event) => setAddress(event.target.value)}
        />
      </label>
      <textarea className={styles.snippet} aria-label="Source for your page" readOnly rows={4} value={snippet} />
      <div className={styles.row}>
        <p className={styles.note}>
          {origin === null
            ? 'This is no address of a page: it begins with https:// or http://.'
            : `Scripts of ${origin} can open pictures in the frame, train, and read what it learned. Others cannot.`}
        </p>
        <CopyButton text={snippet} label="Copy source" disabled={isOld} />
      </div>
    </div>
  );
}
