import uPlot from 'uplot';
import type { Series } from '../../training/series.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { ChartData } from './chartOptions.ts';

/** A curve that moves four times a second is live enough, and leaves the page's thread to the brush. */
const REDRAW_INTERVAL_MS = 250;

/** Calls `update` soon after the learners' curves have changed, until the function that it returns is called. */
export function followCurves({ training }: Workbench, update: () => void): () => void {
  let timer = 0;
  const stop = training.onCurves(() => {
    if (timer !== 0) return;
    timer = window.setTimeout(() => {
      timer = 0;
      update();
    }, REDRAW_INTERVAL_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

/** Curves over the steps of all of them; one that is not there is empty. */
export function joinedCurves(curves: readonly (Pick<Series, 'view'> | undefined)[]): ChartData {
  return uPlot.join(
    curves.map((curve): ChartData => {
      const { x, y } = curve?.view() ?? { x: [], y: [] };
      return [x, y];
    }),
  );
}
