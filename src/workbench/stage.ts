import type { HeatMap } from '../canvas/layers/heatPixels.ts';
import type { PixelPlace } from '../canvas/layers/pinLayer.ts';
import type { PointedPlace } from '../canvas/layers/suggestionLayer.ts';
import type { LitPixels } from '../canvas/view/pictureView.ts';
import type { Tool } from '../editor/tools/tool.ts';
import type { ProjectPicture } from './pictures/projectPicture.ts';

/** Where the open picture is on the screen, for whoever has something to show or to end there. */
export interface Stage {
  /** The tool in the person's hand; `null`: there is nothing to paint on. */
  readonly tool: Tool | null;
  /** Shows an opened picture, or nothing. */
  show(picture: ProjectPicture | null): void;
  /** Shows what is predicted of the picture by now. */
  showPrediction(): void;
  showHeldOut(picture: ProjectPicture): void;
  /** A ring around a place of the picture, or none. */
  point(place: PointedPlace | null): void;
  /** A heat map over the picture, or none. */
  showHeat(map: HeatMap | null): void;
  /** A pin at a pixel, or none. */
  pin(place: PixelPlace | null): void;
  /** Pixels that stand out, or none. */
  light(pixels: LitPixels | null): void;
  fit(): void;
  zoomBy(factor: number): void;
  /** Shows the picture alone for as long as somebody peeks. */
  peek(isPeeking: boolean): void;
  /** Ends a stroke under way where it has come to. */
  finishPress(): void;
  /** Ends the gesture under way, one of several clicks too, where it has come to. */
  finishGesture(): void;
  /** Finishes the gesture under way, and takes the tool away until the next picture is shown. */
  rest(): void;
  /** Leaves the gesture under way, as if it had not begun; false where there is none. */
  cancelGesture(): boolean;
}
