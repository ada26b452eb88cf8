import { type RefObject, useCallback, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useApp } from '../appContext.ts';

interface PlotParts {
  /** What is drawn and how; colours are read from the element's style when the chart is made. */
  options(element: HTMLElement): uPlot.Options;
  data(): uPlot.AlignedData;
}

export interface Plot {
  /** Of the element that the chart fills in width. */
  readonly host: RefObject<HTMLDivElement | null>;
  /** The chart while it is on the screen. */
  readonly chart: RefObject<uPlot | null>;
  /** Draws what `data` gives now. Stays the same function. */
  update(): void;
}

/** A chart of its element's width. It is made anew for another theme, and where `kind` changes. */
export function usePlot(parts: PlotParts, kind = ''): Plot {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(parts);
  const theme = useApp((state) => state.theme);

  useEffect(() => {
    latest.current = parts;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `theme` changes what getComputedStyle answers, `kind` the options.
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const build = () => {
      chart.current?.destroy();
      chart.current = new uPlot(latest.current.options(element), latest.current.data(), element);
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
  }, [theme, kind]);

  const update = useCallback(() => chart.current?.setData(latest.current.data()), []);
  return { host, chart, update };
}
