import { differenceAsIs } from '../../settings/difference.ts';
import { useApp } from '../appContext.ts';
import { valueName } from '../lab/compare/compareWords.ts';
import styles from './ComparisonNames.module.css';

/** Which learner is on which side of the picture, while two are compared. */
export function ComparisonNames() {
  const comparison = useApp((state) => state.comparison.learnerB);
  const view = useApp((state) => state.comparison.view);
  const settings = useApp((state) => state.training.settings);
  if (comparison === null) return null;
  const { difference } = comparison;
  return (
    <div className={styles.names} data-view={view} role="note" aria-label="What is compared">
      <p>
        <b>A</b> <span>{valueName(differenceAsIs(settings, difference.setting))}</span>
      </p>
      <p>
        <b>B</b> <span>{valueName(difference)}</span>
      </p>
    </div>
  );
}
