import { AcceptTool } from './acceptTool.ts';
import { BrushTool } from './brushTool.ts';
import { FillTool } from './fillTool.ts';
import { LassoTool } from './lassoTool.ts';
import { LineTool } from './lineTool.ts';
import { PickerTool } from './pickerTool.ts';
import { PolygonTool } from './polygonTool.ts';
import { SuperpixelTool } from './superpixelTool.ts';
import type { Tool, ToolContext } from './tool.ts';

/** All tools, in the order in which they are shown. */
export const TOOL_IDS = ['brush', 'line', 'polygon', 'lasso', 'fill', 'superpixel', 'picker', 'accept'] as const;

export type ToolId = (typeof TOOL_IDS)[number];

const TOOLS: Readonly<Record<ToolId, new (context: ToolContext) => Tool>> = {
  brush: BrushTool,
  line: LineTool,
  polygon: PolygonTool,
  lasso: LassoTool,
  fill: FillTool,
  superpixel: SuperpixelTool,
  picker: PickerTool,
  accept: AcceptTool,
};

/** A tool at rest. */
export function createTool(id: ToolId, context: ToolContext): Tool {
  return new TOOLS[id](context);
}
