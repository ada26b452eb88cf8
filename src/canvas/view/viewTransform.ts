/** Where the picture lies on the screen: `screen = image · scale + translate`, in CSS pixels from the host's corner. */
export interface ViewTransform {
  readonly scale: number;
  readonly translateX: number;
  readonly translateY: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ScreenPoint {
  readonly screenX: number;
  readonly screenY: number;
}

export interface ImagePoint {
  readonly imageX: number;
  readonly imageY: number;
}

/** What a view is a view of, and how much of the viewport's rim `fitView` leaves free. */
export interface PictureInViewport {
  readonly picture: Size;
  readonly viewport: Size;
  readonly paddingPx: number;
}

const MAX_SCALE = 40;
const MIN_SCALE_OF_FIT = 1 / 4;

/** Panning leaves at least this much of the picture in sight. */
const PAN_REACH_PX = 64;

export function screenToImage(view: ViewTransform, { screenX, screenY }: ScreenPoint): ImagePoint {
  return { imageX: (screenX - view.translateX) / view.scale, imageY: (screenY - view.translateY) / view.scale };
}

export function imageToScreen(view: ViewTransform, { imageX, imageY }: ImagePoint): ScreenPoint {
  return { screenX: imageX * view.scale + view.translateX, screenY: imageY * view.scale + view.translateY };
}

/** The view moved to whole device pixels, at which no pixel of an enlarged picture is a blend of two. */
export function snapToDevicePixels(view: ViewTransform, devicePixelRatio: number): ViewTransform {
  const snap = (translate: number) => Math.round(translate * devicePixelRatio) / devicePixelRatio;
  return { scale: view.scale, translateX: snap(view.translateX), translateY: snap(view.translateY) };
}

/** The whole picture, as large as it goes inside the padding, in the middle. */
export function fitView({ picture, viewport, paddingPx }: PictureInViewport): ViewTransform {
  // Never less than half the side, and never nothing: a host that is not laid out yet has no size.
  const room = (side: number) => Math.max(side - 2 * paddingPx, side / 2, 1);
  const scale = Math.min(room(viewport.width) / picture.width, room(viewport.height) / picture.height);
  return {
    scale,
    translateX: (viewport.width - picture.width * scale) / 2,
    translateY: (viewport.height - picture.height * scale) / 2,
  };
}

/** Smallest and largest scale: a quarter of what fits, and 40 (or what fits, where that is more). */
export function scaleLimits(stage: PictureInViewport): { readonly min: number; readonly max: number } {
  const fit = fitView(stage).scale;
  return { min: fit * MIN_SCALE_OF_FIT, max: Math.max(MAX_SCALE, fit) };
}

/**
 * Scales by `factor`, within the limits, and keeps the image point under the pointer where it is. A pointer beside the
 * picture counts as on its nearest edge, so that zooming never sends the picture out of sight.
 */
export function zoomAt(
  view: ViewTransform,
  { screenX, screenY }: ScreenPoint,
  factor: number,
  stage: PictureInViewport,
): ViewTransform {
  const limits = scaleLimits(stage);
  const scale = clamp(view.scale * factor, limits.min, limits.max);
  const { picture } = stage;
  const anchorX = clamp(screenX, view.translateX, view.translateX + picture.width * view.scale);
  const anchorY = clamp(screenY, view.translateY, view.translateY + picture.height * view.scale);
  const ratio = scale / view.scale;
  return {
    scale,
    translateX: anchorX - (anchorX - view.translateX) * ratio,
    translateY: anchorY - (anchorY - view.translateY) * ratio,
  };
}

/** Moves the picture, as far as a part of it stays in sight. */
export function panBy(
  view: ViewTransform,
  deltaX: number,
  deltaY: number,
  { picture, viewport }: PictureInViewport,
): ViewTransform {
  const along = (translate: number, pictureSide: number, viewportSide: number) => {
    const length = pictureSide * view.scale;
    const reach = Math.min(PAN_REACH_PX, length / 2, viewportSide / 2);
    return clamp(translate, reach - length, viewportSide - reach);
  };
  return {
    scale: view.scale,
    translateX: along(view.translateX + deltaX, picture.width, viewport.width),
    translateY: along(view.translateY + deltaY, picture.height, viewport.height),
  };
}

/** Follows two fingers: their distance scales, their middle moves. */
export function pinch(
  view: ViewTransform,
  before: readonly [ScreenPoint, ScreenPoint],
  after: readonly [ScreenPoint, ScreenPoint],
  stage: PictureInViewport,
): ViewTransform {
  const middle = ([a, b]: readonly [ScreenPoint, ScreenPoint]) => ({
    screenX: (a.screenX + b.screenX) / 2,
    screenY: (a.screenY + b.screenY) / 2,
  });
  // Fingers side by side can report the same point; a distance under a pixel would scale without bound.
  const distance = ([a, b]: readonly [ScreenPoint, ScreenPoint]) =>
    Math.max(1, Math.hypot(a.screenX - b.screenX, a.screenY - b.screenY));
  const from = middle(before);
  const to = middle(after);
  const zoomed = zoomAt(view, from, distance(after) / distance(before), stage);
  return panBy(zoomed, to.screenX - from.screenX, to.screenY - from.screenY, stage);
}

/** The same part of the picture in the middle of a viewport of another size. */
export function recentre(view: ViewTransform, before: Size, after: PictureInViewport): ViewTransform {
  const limits = scaleLimits(after);
  const ratio = clamp(view.scale, limits.min, limits.max) / view.scale;
  const along = (translate: number, from: number, to: number) => to / 2 - (from / 2 - translate) * ratio;
  const moved = {
    scale: view.scale * ratio,
    translateX: along(view.translateX, before.width, after.viewport.width),
    translateY: along(view.translateY, before.height, after.viewport.height),
  };
  return panBy(moved, 0, 0, after);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
