import { HEAT_RAMP } from '../../../canvas/layers/heatPixels.ts';
import styles from './HeatLegend.module.css';
import { shortNumber } from './inspectionWords.ts';

/** What a heat map's colours mean: black for exactly 0, then up to the greatest value. */
export function HeatLegend({ greatest, step }: { readonly greatest: number; readonly step: number }) {
  return (
    <figure className={styles.legend} aria-label={`Black: exactly 0. Brightest: ${shortNumber(greatest)}.`}>
      <div className={styles.scale}>
        <span className={styles.zero} />
        <span className={styles.ramp} style={{ background: `linear-gradient(90deg, ${HEAT_RAMP.join(', ')})` }} />
      </div>
      <figcaption className={styles.ends}>
        <span>exactly 0</span>
        <span>{shortNumber(greatest / 4)}</span>
        <span>{shortNumber(greatest)}</span>
      </figcaption>
      <p
        className={styles.note}
      >{`Magnitude of the gradient by a pixel’s logits, summed over classes, at step ${step}`}</p>
    </figure>
  );
}
