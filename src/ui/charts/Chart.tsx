import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useApp } from '../appContext.ts';
import styles from './Chart.module.css';
import { type ChartData, type ChartLook, type ChartMark, chartOptions } from './chartOptions.ts';

interface ChartProps extends ChartLook {
  /** What is said of it to those who do not see it; `null` where that stands beside it. */
  readonly label: string | null;
  /** What is drawn now. */
  data(): ChartData;
  /** Calls `update` whenever there are other data, until what it returns is called. Asked once. */
  follow?(update: () => void): () => void;
  /** Another value says that there are other data, or marks. */
  readonly revision?: unknown;
  marks?(data: ChartData): readonly ChartMark[];
  /** Gets the x under a press or a drag, which may lie beyond the ends of the axis; `null` while nothing may be picked. */
  readonly onPick?: ((x: number) => void) | null;
}

/**
 * Curves over a number, by uPlot, as wide as there is room. It is made anew for another theme; give it another `key`
 * where it is to look otherwise.
 */
export function Chart(props: ChartProps) {
  const { label, heightPx, revision, onPick = null } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  const theme = useApp((state) => state.view.theme);

  useEffect(() => {
    latest.current = props;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `theme` changes what getComputedStyle answers.
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const build = () => {
      chart.current?.destroy();
      const options = chartOptions(element, latest.current, (data) => latest.current.marks?.(data) ?? []);
      chart.current = new uPlot(options, latest.current.data(), element);
    };
    build();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', build);
    const observer = new ResizeObserver(() =>
      chart.current?.setSize({ width: element.clientWidth, height: chart.current.height }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', build);
      chart.current?.destroy();
      chart.current = null;
    };
  }, [theme]);

  useEffect(() => latest.current.follow?.(() => chart.current?.setData(latest.current.data())), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another `revision` says that there are other data.
  useEffect(() => chart.current?.setData(latest.current.data()), [revision]);

  useEffect(() => {
    const element = host.current;
    const pick = ({ buttons, clientX }: PointerEvent) => {
      if ((buttons & 1) === 0 || chart.current === null) return;
      const left = clientX - chart.current.over.getBoundingClientRect().left;
      latest.current.onPick?.(chart.current.posToVal(left, 'x'));
    };
    element?.addEventListener('pointerdown', pick);
    element?.addEventListener('pointermove', pick);
    return () => {
      element?.removeEventListener('pointerdown', pick);
      element?.removeEventListener('pointermove', pick);
    };
  }, []);

  return (
    <div
      ref={host}
      className={styles.chart}
      style={{ height: heightPx }}
      data-pickable={onPick !== null}
      {...(label === null ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}
