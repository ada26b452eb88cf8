/** Parts of the page that a link may hide, so that a teacher's page shows what the lesson is about. */
export const PAGE_PANELS = ['tools', 'classes', 'scores', 'learner', 'pictures', 'lab'] as const;

/** The panels of the teaching lab, in the order of their tabs. */
export const LAB_PANELS = ['breakIt', 'compare', 'gradient', 'slowly', 'truth', 'matrix', 'timeline', 'code'] as const;

export type PagePanelId = (typeof PAGE_PANELS)[number];
export type LabPanelId = (typeof LAB_PANELS)[number];
export type PanelId = PagePanelId | LabPanelId;
