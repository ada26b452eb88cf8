import type { LabelPlanes } from '../../labels/planes.ts';
import type { ProjectContents } from '../../project/projectState.ts';
import type { ProjectStorage } from '../../project/storage/projectStorage.ts';

/** What could be read of a project. */
export interface ReadableContents {
  readonly contents: ProjectContents;
  /** A sentence for each part that could not be read and is left out. */
  readonly damage: readonly string[];
}

/**
 * Everything that is stored of a project, to be written as a file; `null` where there is none of this id. The bytes of
 * its pictures stay where they are until somebody asks for them. Rejects when not even its state can be read.
 */
export async function storedContents(storage: ProjectStorage, projectId: string): Promise<ReadableContents | null> {
  const stored = await storage.load(projectId);
  if (stored === null) return null;
  const damage = stored.damage.map(({ message }) => message);
  const pictures = new Map<string, { readonly file: Blob; readonly planes: LabelPlanes }>();
  for (const { id, name } of stored.state.pictures) {
    const files = await storage.files(projectId, id).catch(() => null);
    const labels = stored.planes.get(id);
    if (files !== null && labels !== undefined) pictures.set(id, { file: files.file, planes: labels.planes });
    else damage.push(`The file of “${name}” is missing in storage.`);
  }
  const state = { ...stored.state, pictures: stored.state.pictures.filter(({ id }) => pictures.has(id)) };
  return { contents: { state, pictures, learner: stored.learner }, damage };
}
