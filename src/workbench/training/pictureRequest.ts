import type { PictureRequest } from '../../training/client.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';

/** A decoded picture as it is handed to the learner. */
export function requestOf(picture: ProjectPicture): PictureRequest {
  const { labels, truth, opened, heldOut } = picture;
  if (opened === null) throw new Error(`“${labels.name}” has not been decoded.`);
  const { planes, labelRevision, use } = labels;
  return {
    pictureId: labels.id,
    planes,
    pixels: opened.pixels,
    labelRevision,
    truth,
    use,
    heldOutStrokeIds: [...heldOut],
  };
}
