/** Why a project file cannot be written or opened; `message` is one sentence for the person who asked for it. */
export class ProjectFileError extends Error {
  override readonly name = 'ProjectFileError';
}

/** The end of the sentence: what a failed opening left as it was. */
const KEPT = 'nothing that is open was changed';

/** The error for a file that no page wrote, or that was changed since. */
export function damagedFile(cause?: unknown): ProjectFileError {
  return new ProjectFileError(`This project file is damaged or cut short; ${KEPT}.`, { cause });
}

/** The error for a file that is something else. */
export function notProjectFile(cause?: unknown): ProjectFileError {
  return new ProjectFileError(`This file is not a project of this page; ${KEPT}.`, { cause });
}

/** The error for a file that holds more than a page's memory should take. */
export function oversizedFile(): ProjectFileError {
  return new ProjectFileError(`This project file holds more data than this page can open; ${KEPT}.`);
}

/** The error for a file with a password. */
export function encryptedFile(): ProjectFileError {
  return new ProjectFileError(
    `This project file is encrypted; unpack it and zip it again without a password (${KEPT}).`,
  );
}

/** The error for a file of a version that does not exist yet. */
export function newerFile(): ProjectFileError {
  return new ProjectFileError(
    `This project was saved by a newer version of this page; reload the page to get that version (${KEPT}).`,
  );
}
