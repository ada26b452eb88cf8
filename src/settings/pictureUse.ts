/** What a picture's labels are for: training, scoring alone, or neither. */
export const PICTURE_USES = ['train', 'test', 'skip'] as const;

export type PictureUse = (typeof PICTURE_USES)[number];
