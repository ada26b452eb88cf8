import { ProjectDocument } from '../../editor/projectDocument.ts';
import { createPlanes, UNLABELED } from '../../labels/planes.ts';
import { paintLinkStrokes } from '../../project/link/linkStrokes.ts';
import type { SharedLink } from '../../project/link/sharedLink.ts';
import type { OpenProject } from '../project/openProject.ts';
import { exampleDocument, exampleProject, newId, type OpenedSample, openSample } from '../project/projectFactory.ts';

const STRANGE_LABELS = 'The labels of this link do not fit its picture, so it was not opened.';

/**
 * What a link carries, as a project of its own: a built-in picture or a scene with the link's labels, classes and
 * settings. Rejects with a sentence when the picture cannot be had, or the labels do not fit it.
 */
export async function createLinkedProject(link: SharedLink): Promise<OpenProject> {
  const { workingSizePx, settings } = link;
  const opened = await openSample(link.picture, workingSizePx);
  try {
    return exampleProject(opened, newId(), linkedDocument(link, opened), workingSizePx, settings);
  } catch (error) {
    opened.bitmap.close();
    throw error;
  }
}

function linkedDocument({ labels, base, ...link }: SharedLink, opened: OpenedSample): ProjectDocument {
  const { sample, width, height } = opened;
  const example = exampleDocument(sample, opened).picture(sample.id);
  const planes = base === 'starter' ? example.planes : createPlanes(width, height);
  const strokeOrigins = new Map(base === 'starter' ? example.strokeOrigins : []);
  if (labels !== null) {
    if (labels.width !== width || labels.height !== height) throw new Error(STRANGE_LABELS);
    paintLinkStrokes(labels, planes);
    for (const { strokeId, origin } of labels.strokes) {
      if (origin === null) strokeOrigins.delete(strokeId);
      else strokeOrigins.set(strokeId, origin);
    }
  }
  const classes = link.classes ?? sample.classes;
  const ids = new Set([UNLABELED, ...classes.map(({ id }) => id)]);
  if (!planes.classIds.every((id) => ids.has(id))) throw new Error(STRANGE_LABELS);
  return new ProjectDocument({
    classes,
    pictures: [{ id: sample.id, name: sample.title, width, height, planes, strokeOrigins }],
  });
}
