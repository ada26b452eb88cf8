import { expect, it } from 'vitest';
import { createTool, TOOL_IDS } from './toolbox.ts';
import { at, predictionOf, ToolStand } from './toolTestTools.ts';

it('creates every tool at rest, whatever ends before anything has begun', () => {
  const stand = new ToolStand();
  stand.predicted = predictionOf(() => [1, 255]);
  expect(new Set(TOOL_IDS.map((id) => createTool(id, stand).constructor))).toHaveLength(TOOL_IDS.length);
  for (const id of TOOL_IDS) {
    const tool = createTool(id, stand);
    tool.hover(null);
    tool.pointerMove(at(5, 5));
    tool.pointerUp(at(9, 9));
    tool.cancel();
    expect(tool.finish()).toBe(false);
    expect(tool).toMatchObject({ isActive: false, isUnlabeling: false, preview: null });
  }
  expect(stand.document.canUndo).toBe(false);
  expect(stand.sentences).toEqual([]);
});
