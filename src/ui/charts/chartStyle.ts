import type uPlot from 'uplot';

/** A custom property's colour as a canvas understands it (`light-dark()` and `var()` it does not). */
export function resolvedColor(element: HTMLElement, property: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** What all charts have in common; they are as wide as their element. */
export function frameOf(element: HTMLElement, heightPx: number) {
  return {
    width: element.clientWidth,
    height: heightPx,
    legend: { show: false },
    cursor: { show: false },
  } as const satisfies Partial<uPlot.Options>;
}

/** How all axes look. */
export function axisStyle(element: HTMLElement): uPlot.Axis {
  return {
    stroke: resolvedColor(element, '--muted'),
    font: `10px ${getComputedStyle(element).fontFamily}`,
    ticks: { show: false },
    grid: { stroke: resolvedColor(element, '--line'), width: 1 },
  };
}
