import { useApp } from '../../appContext.ts';
import { percent } from '../../strings.ts';
import styles from './IouBars.module.css';

interface IouBarsProps {
  /** Of a class, `null` where it is undefined. */
  iouOf(classId: number): number | null;
}

/** The overlap of each class, in its colour. */
export function IouBars({ iouOf }: IouBarsProps) {
  const classes = useApp((state) => state.document.classes);
  return (
    <ul className={styles.ious}>
      {classes.map(({ id, name, color }) => {
        const iou = iouOf(id);
        return (
          <li key={id}>
            <span className={styles.name}>{name}</span>
            <span className={styles.bar}>
              <span style={{ width: `${100 * (iou ?? 0)}%`, background: color }} />
            </span>
            <span className={styles.value}>{percent(iou)}</span>
          </li>
        );
      })}
    </ul>
  );
}
