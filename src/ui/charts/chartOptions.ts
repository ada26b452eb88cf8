import type uPlot from 'uplot';

/** The points' x in their order, then the ys of each curve, `null` where it has no point. */
export type ChartData = uPlot.AlignedData;

/** One of the numbers that a chart is drawn over. */
export interface ChartAxis {
  /** Of the numbers at its ends; made of the lowest and the highest of the data, `null` where there are none. */
  readonly range:
    | readonly [low: number, high: number]
    | ((low: number | null, high: number | null, data: ChartData) => readonly [low: number, high: number]);
  readonly isLogarithmic?: true;
  /** Room for its numbers, and how far they stand from the plot. */
  readonly sizePx: number;
  readonly gapPx: number;
  readonly isOnTheRight?: true;
  readonly hasGrid?: true;
  /** Where its numbers stand; at round ones unless given. */
  readonly ticks?: readonly number[];
  /** How far its numbers may be from each other. */
  readonly tickSteps?: readonly number[];
  wordOf?(value: number): string;
}

/** One column of the data, as a line or as dots. */
export interface ChartCurve {
  /** Which of the chart's `axes` it is measured on; the first unless given. */
  readonly axis?: number;
  /** A custom property. */
  readonly color: string;
  readonly widthPx?: number;
  readonly isDashed?: boolean;
  /** Where it has no point, its line ends; otherwise it goes on to the next one. */
  readonly hasGaps?: true;
  /** Diameter of its dots, which are drawn in place of a line. */
  readonly dotPx?: number;
}

/** A vertical line, with a dot where it meets the first axis' height `y`. */
export interface ChartMark {
  readonly x: number;
  readonly y: number | null;
  readonly isDashed: boolean;
}

/** How a chart looks; read once, when it is made. */
export interface ChartLook {
  readonly heightPx: number;
  /** Free room around it, clockwise from the top. */
  readonly paddingPx: readonly [number, number, number, number];
  readonly x: ChartAxis;
  readonly axes: readonly ChartAxis[];
  readonly curves: readonly ChartCurve[];
  /** The custom property that the area between the first two curves is filled with. */
  readonly areaBetween?: string;
}

const DASH_PX = [5, 4];
const MARK_DOT_RADIUS_PX = 4;

/** What uPlot is to draw into `element`, whose styles colours come from; `marks` is asked for at every drawing. */
export function chartOptions(
  element: HTMLElement,
  { heightPx, paddingPx, x, axes, curves, areaBetween }: ChartLook,
  marks: (data: ChartData) => readonly ChartMark[],
): uPlot.Options {
  const style = axisStyle(element);
  const accent = resolvedColor(element, '--accent');
  const fill = areaBetween === undefined ? null : resolvedColor(element, areaBetween);
  return {
    width: element.clientWidth,
    height: heightPx,
    legend: { show: false },
    cursor: { show: false },
    padding: [...paddingPx],
    scales: {
      x: { time: false, ...scaleOf(x) },
      ...Object.fromEntries(axes.map((axis, i) => [scaleName(i), scaleOf(axis)])),
    },
    axes: [axisOf(x, style), ...axes.map((axis, i) => ({ ...axisOf(axis, style), scale: scaleName(i) }))],
    series: [{}, ...curves.map((curve) => seriesOf(element, curve))],
    // Whichever lies above.
    bands:
      fill === null
        ? []
        : [
            { series: [1, 2], fill },
            { series: [2, 1], fill },
          ],
    hooks: {
      draw: [
        (chart) => {
          for (const mark of marks(chart.data)) drawMark(chart, mark, accent);
        },
      ],
    },
  };
}

function scaleName(axis: number): string {
  return `y${axis}`;
}

function scaleOf({ range, isLogarithmic }: ChartAxis): uPlot.Scale {
  return {
    ...(isLogarithmic && { distr: 3 }),
    range: typeof range === 'function' ? (chart, low, high) => [...range(low, high, chart.data)] : [...range],
  };
}

function axisOf(axis: ChartAxis, style: uPlot.Axis): uPlot.Axis {
  const { sizePx, gapPx, isOnTheRight, hasGrid, ticks, tickSteps, wordOf } = axis;
  return {
    ...style,
    size: sizePx,
    gap: gapPx,
    ...(isOnTheRight && { side: 1 }),
    ...(!hasGrid && { grid: { show: false } }),
    // All that were asked for are drawn, however near to each other.
    ...(ticks && { splits: [...ticks], filter: (_: uPlot, splits: number[]) => splits }),
    ...(tickSteps && { incrs: [...tickSteps] }),
    ...(wordOf && { values: (_: uPlot, splits: number[]) => splits.map(wordOf) }),
  };
}

function seriesOf(element: HTMLElement, curve: ChartCurve): uPlot.Series {
  const { axis = 0, color, widthPx = 1.75, isDashed = false, hasGaps = false, dotPx } = curve;
  const stroke = resolvedColor(element, color);
  const scale = scaleName(axis);
  if (dotPx !== undefined) {
    const points = { show: true, size: dotPx, width: 0, fill: stroke, stroke: 'transparent' };
    return { scale, stroke: 'transparent', points };
  }
  return {
    scale,
    stroke,
    width: widthPx,
    spanGaps: !hasGaps,
    points: { show: false },
    ...(isDashed && { dash: DASH_PX }),
  };
}

function axisStyle(element: HTMLElement): uPlot.Axis {
  return {
    stroke: resolvedColor(element, '--muted'),
    font: `10px ${getComputedStyle(element).fontFamily}`,
    ticks: { show: false },
    grid: { stroke: resolvedColor(element, '--line'), width: 1 },
  };
}

function drawMark({ ctx, bbox, valToPos }: uPlot, { x, y, isDashed }: ChartMark, color: string): void {
  const left = valToPos(x, 'x', true);
  ctx.save();
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(isDashed ? DASH_PX.map((length) => length * devicePixelRatio) : []);
  ctx.beginPath();
  ctx.moveTo(left, bbox.top);
  ctx.lineTo(left, bbox.top + bbox.height);
  ctx.stroke();
  if (y !== null) {
    ctx.beginPath();
    ctx.arc(left, valToPos(y, scaleName(0), true), MARK_DOT_RADIUS_PX * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}

/** A custom property's colour as a canvas understands it (`light-dark()` and `var()` it does not). */
function resolvedColor(element: HTMLElement, property: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
