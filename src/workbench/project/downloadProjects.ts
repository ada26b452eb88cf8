import { messageOf } from '../../base/messageOf.ts';
import { UniqueNames } from '../../project/archive/fileName.ts';
import { saveProjectFile } from '../../project/archive/projectFile.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import type { ReadableContents } from './storedContents.ts';

/**
 * Downloads the projects of the store's list one after the other, each as a file that can be opened again, so that no more than one is in
 * memory. `contentsOf` gives `null` for one that is gone. What is missing from a file is told with the project's name.
 */
export async function downloadProjects(
  { messages, page, store }: WorkbenchContext,
  contentsOf: (projectId: string) => Promise<ReadableContents | null>,
): Promise<void> {
  const names = new UniqueNames();
  let count = 0;
  for (const { projectId, name } of store.getState().project.projects) {
    try {
      const readable = await contentsOf(projectId);
      if (readable === null) throw new Error('It is no longer stored in this browser.');
      page.download(await saveProjectFile(readable.contents), `${names.take(name)}.zip`);
      count++;
      const [damage] = readable.damage;
      if (damage !== undefined) messages.error(`“${name}” was not downloaded in full: ${damage}`);
    } catch (error) {
      messages.error(`“${name}” was not downloaded: ${messageOf(error)}`);
    }
  }
  if (count > 0) messages.info(`${count === 1 ? '1 project was' : `${count} projects were`} downloaded, a file each.`);
}
