/** How the layers of a picture look. */
export interface LayerLook {
  /** Of the photograph, 0 to 1, over a neutral grey. */
  readonly imageOpacity: number;
  readonly labelOpacity: number;
  readonly predictionOpacity: number;
  readonly labelStyle: 'fill' | 'outline';
  /**
   * `doubt`: how unsure the network is, whatever it predicts. `mistakes`: where it differs from the exact mask; a picture
   * without one is filled.
   */
  readonly predictionStyle: 'fill' | 'contours' | 'doubt' | 'mistakes';
  /** −1 to 1; 0 leaves the photograph as it is. For the eye alone: training and exports do not see it. */
  readonly brightness: number;
  /** −1 to 1, as `brightness`. */
  readonly contrast: number;
  /** As a share of the picture's width: left of it the bare photograph, right of it all layers. `null`: no divider. */
  readonly divider: number | null;
}

/** The look of a view until somebody sets one. */
export const PLAIN_LOOK: LayerLook = {
  imageOpacity: 1,
  labelOpacity: 1,
  predictionOpacity: 1,
  labelStyle: 'fill',
  predictionStyle: 'fill',
  brightness: 0,
  contrast: 0,
  divider: null,
};

// At the ends of a slider the photograph is four times as bright, or a quarter: never all white or all black.
const FILTER_RANGE = 4;

/** The photograph's brightness and contrast as a CSS `filter`; empty where they change nothing. */
export function imageFilter({ brightness, contrast }: Pick<LayerLook, 'brightness' | 'contrast'>): string {
  if (brightness === 0 && contrast === 0) return '';
  const amount = (value: number) => Number((FILTER_RANGE ** value).toFixed(4));
  return `brightness(${amount(brightness)}) contrast(${amount(contrast)})`;
}
