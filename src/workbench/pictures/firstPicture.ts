import type { OpenProject } from '../project/openProject.ts';
import type { ProjectPicture } from './projectPicture.ts';

/**
 * Decodes the picture of a project that comes on the screen first: the one that was open last, or else the first that
 * can be shown; `null` where there is none. Rejects with the sentence why none can be shown, unless that `mayFail`.
 */
export async function openFirstPicture(project: OpenProject, mayFail: boolean): Promise<ProjectPicture | null> {
  const last = project.pictures.get(project.activePictureId ?? '');
  const wanted = last === undefined ? project.shown : [last, ...project.shown.filter((picture) => picture !== last)];
  const failures: unknown[] = [];
  for (const picture of wanted) {
    try {
      await picture.open();
      return picture;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0 && !mayFail) throw failures[0];
  return null;
}

/** What a person is told of pictures that were set aside; `null`: none was. */
export function setAsideSentence({ setAside }: OpenProject): string | null {
  const [first, ...others] = setAside;
  if (first === undefined) return null;
  const which = others.length === 0 ? `“${first.name}”` : `“${first.name}” and ${others.length} more`;
  return `The file of ${which} cannot be read from storage: the project was opened without, and the labels stay stored.`;
}
