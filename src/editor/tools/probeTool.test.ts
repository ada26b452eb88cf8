import { expect, it } from 'vitest';
import { ProbeTool } from './probeTool.ts';
import { click, ToolStand } from './toolTestTools.ts';

it('chooses the pixel under the pointer, while it is dragged, and paints nothing', () => {
  const { target, document } = new ToolStand();
  const chosen: (readonly [number, number])[] = [];
  const tool = new ProbeTool({ target, pickPixel: (x, y) => chosen.push([x, y]) });
  click(tool, 5.5, 29.9);
  expect(chosen).toEqual([[5, 29]]);
  const at = { button: 'primary', shiftKey: false, pressure: null, imagePxPerScreenPx: 1 } as const;
  tool.pointerMove({ imageX: 7.2, imageY: 0, ...at });
  tool.pointerMove({ imageX: 40, imageY: 3, ...at });
  tool.pointerMove({ imageX: 3, imageY: -0.1, ...at });
  expect(chosen.at(-1)).toEqual([7, 0]);
  expect(document.history).toHaveLength(0);
  expect(tool.finish()).toBe(false);
});
