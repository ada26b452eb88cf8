import { useEffect } from 'react';
import uPlot from 'uplot';
import type { Series } from '../../training/series.ts';
import { useWorkbench } from '../appContext.ts';

/** A curve that moves four times a second is live enough, and leaves the page's thread to the brush. */
const REDRAW_INTERVAL_MS = 250;

/** Calls `update`, which must stay the same function, soon after the curves have changed. */
export function useCurveUpdates(update: () => void): void {
  const workbench = useWorkbench();
  useEffect(() => {
    let timer = 0;
    const stop = workbench.training.onCurves(() => {
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
  }, [workbench, update]);
}

/** Curves over the steps of all of them; one that is not there is empty. */
export function joinedCurves(curves: readonly (Pick<Series, 'view'> | undefined)[]): uPlot.AlignedData {
  return uPlot.join(
    curves.map((curve): uPlot.AlignedData => {
      const { x, y } = curve?.view() ?? { x: [], y: [] };
      return [x, y];
    }),
  );
}
