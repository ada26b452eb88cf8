import styles from './Logo.module.css';

/** The page's sign: one half labeled, one half not. */
export function Logo() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" className={styles.logo}>
      <defs>
        <clipPath id="logo-shape">
          <rect x="1" y="1" width="18" height="18" rx="5" />
        </clipPath>
      </defs>
      <g clipPath="url(#logo-shape)">
        <path d="M0 0H20L0 20Z" className={styles.labeled} />
        <path d="M8 20L20 8M13 20L20 13M3 20L20 3" className={styles.unlabeled} />
      </g>
      <rect x="1" y="1" width="18" height="18" rx="5" className={styles.unlabeled} />
    </svg>
  );
}
