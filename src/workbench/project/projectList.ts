import type { ProjectSummary } from '../../project/storage/projectStorage.ts';
import type { ProjectEntry } from '../../state/project.ts';
import type { OpenProject } from './openProject.ts';

/**
 * Lines of the list of projects, newest first: those that are stored, and those of which something is in this page
 * alone, as they are here. `urlOf` makes a URL of a stored thumbnail, for the caller to revoke.
 */
export function listProjects(
  stored: readonly ProjectSummary[],
  inPage: readonly OpenProject[],
  urlOf: (thumbnail: Blob) => string,
): ProjectEntry[] {
  const ids = new Set(inPage.map(({ id }) => id));
  return [
    ...inPage.map(entryOf),
    ...stored
      .filter(({ id }) => !ids.has(id))
      .map(({ id, name, modifiedMs, pictureCount, sampleId, thumbnail }) => ({
        projectId: id,
        name,
        modifiedMs,
        pictureCount,
        sampleId,
        thumbnail: thumbnail && urlOf(thumbnail),
      })),
  ];
}

function entryOf({ id, name, shown, sample }: OpenProject): ProjectEntry {
  return {
    projectId: id,
    name,
    modifiedMs: Date.now(),
    pictureCount: shown.length,
    sampleId: sample?.id ?? null,
    thumbnail: shown[0]?.thumbnailUrl ?? null,
  };
}
