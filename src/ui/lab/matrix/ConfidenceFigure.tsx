import type { CSSProperties } from 'react';
import type { ConfidenceHistogram, ConfidenceHistograms } from '../../../metrics/confidenceHistogram.ts';
import styles from './ConfidenceFigure.module.css';
import { confidenceSentence } from './matrixWords.ts';

/** How sure the network is, back to back: of the labeled pixels above the line, of the others below. */
export function ConfidenceFigure({ histograms }: { readonly histograms: ConfidenceHistograms }) {
  const { labeled, unlabeled } = histograms;
  const largest = Math.max(0, ...sharesOf(labeled), ...sharesOf(unlabeled));
  return (
    <figure className={styles.figure}>
      <div className={styles.plot} aria-hidden="true">
        <Bars className={styles.labeled} shares={sharesOf(labeled)} largest={largest} />
        <Bars className={styles.unlabeled} shares={sharesOf(unlabeled)} largest={largest} />
        <span className={styles.above}>labeled</span>
        <span className={styles.below}>unlabeled</span>
      </div>
      <p className={styles.axis} aria-hidden="true">
        <span>0 % sure</span>
        <span>50 %</span>
        <span>100 %</span>
      </p>
      <figcaption>{confidenceSentence(histograms)}</figcaption>
    </figure>
  );
}

interface BarsProps {
  readonly className: string | undefined;
  readonly shares: readonly number[];
  readonly largest: number;
}

function Bars({ className, shares, largest }: BarsProps) {
  return (
    <div className={`${styles.bars} ${className}`}>
      {shares.map((share, bin) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its index.
        <span key={bin} style={{ '--height': share === 0 ? 0 : share / largest } as CSSProperties} />
      ))}
    </div>
  );
}

function sharesOf({ counts, pixels }: ConfidenceHistogram): number[] {
  return Array.from(counts, (count) => (pixels === 0 ? 0 : count / pixels));
}
