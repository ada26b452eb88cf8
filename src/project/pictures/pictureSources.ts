/** Most files that are taken out of one drop. */
export const MAX_DROPPED_FILES = 5000;

/** Why the camera gives no picture; `message` is one sentence for the person who asked for it. */
class CameraError extends Error {
  override readonly name = 'CameraError';
}

const PICTURE_NAME = /\.(?:jpe?g|jfif|png|webp|gif|bmp|avif|tiff?)$/i;
const SNAPSHOT_QUALITY = 0.95;

/**
 * Whether a file claims to be a picture, by its type or, where the system does not know one (TIFF often), its name.
 * Drawings (SVG) are not pictures here.
 */
export function isPictureFile(file: Pick<File, 'name' | 'type'>): boolean {
  if (file.type !== '' && file.type !== 'application/octet-stream') {
    return file.type.startsWith('image/') && !file.type.startsWith('image/svg');
  }
  return PICTURE_NAME.test(file.name);
}

/** Order of names as people count: `cell 2` before `cell 10`. The same in every language setting. */
export function compareNames(a: string, b: string): number {
  return naturalOrder.compare(a, b) || (a < b ? -1 : Number(a > b));
}

const naturalOrder = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * The files of a drop, and the pictures of folders and their folders, in the order of their names; hidden files inside
 * folders and what cannot be read are left out, and so is all beyond {@link MAX_DROPPED_FILES}. Those that lie in no
 * folder need not be pictures.
 *
 * It has to be called while the drop event is handled: afterwards the browser empties `dataTransfer`.
 */
export async function filesFromDrop(dataTransfer: DataTransfer): Promise<File[]> {
  const entries: FileSystemEntry[] = [];
  const files: File[] = [];
  for (const item of dataTransfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = entry?.isDirectory === true ? null : item.getAsFile();
    if (file !== null) files.push(file);
    else if (entry !== null) entries.push(entry);
  }
  files.sort((a, b) => compareNames(a.name, b.name));
  return [...files, ...(await filesOfEntries(entries)).filter(isPictureFile)].slice(0, MAX_DROPPED_FILES);
}

/** The files of file system entries, depth first, in the order of their names, at most {@link MAX_DROPPED_FILES}. */
export async function filesOfEntries(entries: readonly FileSystemEntry[]): Promise<File[]> {
  const files: File[] = [];
  const waiting = sorted(entries).reverse();
  for (let entry = waiting.pop(); entry !== undefined && files.length < MAX_DROPPED_FILES; entry = waiting.pop()) {
    if (isFolder(entry)) waiting.push(...sorted(await visibleEntries(entry)).reverse());
    else if (isFile(entry)) files.push(...(await readFile(entry)));
  }
  return files;
}

/**
 * Opens the camera, on a phone the one at the back. The caller stops the stream's tracks. Throws a {@link CameraError}
 * with one sentence when there is none or the person does not allow it.
 */
export async function startCamera(): Promise<MediaStream> {
  // Absent where the page does not come over a secure connection, whatever the types say.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices === undefined) {
    throw new CameraError('The browser lends no camera to this page; open the page over https.');
  }
  try {
    const video = { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } };
    return await devices.getUserMedia({ video, audio: false });
  } catch (cause) {
    throw new CameraError(cameraMessage(cause), { cause });
  }
}

/**
 * What the camera shows now, at its own resolution, as a JPEG file named after the time. Throws a {@link CameraError}
 * while it shows nothing yet.
 */
export async function takeSnapshot(video: HTMLVideoElement): Promise<File> {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0 || videoHeight === 0) {
    throw new CameraError('The camera shows no picture yet; try again in a moment.');
  }
  const canvas = new OffscreenCanvas(videoWidth, videoHeight);
  const context = canvas.getContext('2d');
  if (context === null) throw new CameraError('This browser cannot draw pictures off the screen.');
  context.drawImage(video, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: SNAPSHOT_QUALITY });
  return new File([blob], snapshotName(new Date()), { type: blob.type });
}

/** A file name that sorts by time: `camera 2025-03-04 12.30.05.jpg`, in local time. */
export function snapshotName(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `camera ${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join('.')}.jpg`;
}

/** The sentence for what `getUserMedia` throws. */
export function cameraMessage(cause: unknown): string {
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') {
    return 'The camera was not allowed; allow it in the browser’s address bar and try again.';
  }
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'No camera was found on this device.';
  if (name === 'NotReadableError' || name === 'AbortError') {
    return 'The camera could not be started; another program may be using it.';
  }
  return 'The camera could not be started in this browser.';
}

function sorted(entries: readonly FileSystemEntry[]): FileSystemEntry[] {
  return [...entries].sort((a, b) => compareNames(a.name, b.name));
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

async function visibleEntries(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  // A reader gives some entries at a time (Chromium a hundred), and none at the end.
  while (entries.length < MAX_DROPPED_FILES) {
    const some = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => resolve([]));
    });
    if (some.length === 0) break;
    entries.push(...some.filter(({ name }) => !name.startsWith('.')));
  }
  return entries;
}

/** One file, or none where it cannot be read. */
async function readFile(entry: FileSystemFileEntry): Promise<File[]> {
  return await new Promise((resolve) => {
    entry.file(
      (file) => resolve([file]),
      () => resolve([]),
    );
  });
}
