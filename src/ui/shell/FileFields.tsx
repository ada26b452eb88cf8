import { useEffect, useRef } from 'react';
import { compareNames, isPictureFile } from '../../project/pictures/pictureSources.ts';
import type { FileKind } from '../../workbench/workbench.ts';
import { useWorkbench } from '../appContext.ts';

const FIELDS: readonly { readonly kind: FileKind; readonly label: string; readonly accept: string }[] = [
  { kind: 'pictures', label: 'Picture files', accept: 'image/*,.tif,.tiff' },
  { kind: 'folder', label: 'Folder of pictures', accept: '' },
  { kind: 'mask', label: 'Mask file', accept: 'image/png,image/tiff,.png,.tif,.tiff' },
  { kind: 'project', label: 'Project file', accept: 'application/zip,.zip' },
];

/** The file dialogs that commands open: only an element of the page can. */
export function FileFields() {
  const workbench = useWorkbench();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    workbench.filePicker = (kind) => host.current?.querySelector<HTMLInputElement>(`[name=${kind}]`)?.click();
    return () => {
      workbench.filePicker = null;
    };
  }, [workbench]);
  const take = (kind: FileKind, files: readonly File[]) => {
    const [first] = files;
    if (first === undefined) return;
    if (kind === 'mask') void workbench.pictures.importMask(first);
    else if (kind === 'project') void workbench.projects.openFile(first);
    else void workbench.pictures.addFiles(kind === 'folder' ? picturesOf(files) : files);
  };
  return (
    <div ref={host} hidden>
      {FIELDS.map(({ kind, label, accept }) => (
        <input
          key={kind}
          type="file"
          name={kind}
          aria-label={label}
          accept={accept}
          multiple={kind === 'pictures' || kind === 'folder'}
          ref={kind === 'folder' ? chooseFolders : null}
          onChange={({ target }) => {
            take(kind, [...(target.files ?? [])]);
            // The same file can be chosen again after an error.
            target.value = '';
          }}
        />
      ))}
    </div>
  );
}

function chooseFolders(field: HTMLInputElement | null): void {
  // React knows no such attribute.
  if (field !== null) field.webkitdirectory = true;
}

/** A folder holds other things too, which would each be an error, and the browser gives its files in any order. */
function picturesOf(files: readonly File[]): File[] {
  return files.filter(isPictureFile).sort((a, b) => compareNames(a.webkitRelativePath, b.webkitRelativePath));
}
