/**
 * Where a stroke's labels came from, apart from a person's hand.
 *
 * `starter`: came with a built-in picture. `accepted`: taken over from a prediction; such labels repeat what the network
 * already said, so they never count as held-out. `imported`: read from a mask file.
 */
export const STROKE_ORIGINS = ['starter', 'accepted', 'imported'] as const;

export type StrokeOrigin = (typeof STROKE_ORIGINS)[number];
