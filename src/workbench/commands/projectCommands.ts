import type { PictureEntry } from '../../state/project.ts';
import { openEntry } from '../../state/selectors.ts';
import type { Workbench } from '../workbench.ts';
import { firstOf, readOnly, type WorkbenchCommand, withoutNeighbour, withoutPicture } from './workbenchCommand.ts';

const changeable = firstOf(readOnly, withoutPicture);

export const PROJECT_COMMANDS: readonly WorkbenchCommand[] = [
  {
    id: 'nextPicture',
    label: 'Next picture',
    group: 'Pictures',
    keys: ['PageDown', '.'],
    repeats: true,
    refusal: withoutNeighbour,
    perform: (w) => w.pictures.next(),
  },
  {
    id: 'previousPicture',
    label: 'Previous picture',
    group: 'Pictures',
    keys: ['PageUp', ','],
    alsoCalled: 'back',
    repeats: true,
    refusal: withoutNeighbour,
    perform: (w) => w.pictures.previous(),
  },
  {
    id: 'done',
    label: 'Mark the picture as done, or not',
    group: 'Pictures',
    keys: ['Shift+D'],
    alsoCalled: 'finished tick',
    refusal: changeable,
    perform: (w) => onPicture(w, ({ pictureId, done }) => w.pictures.setDone(pictureId, !done)),
  },
  {
    id: 'testPicture',
    label: 'Keep the picture for testing, or train on it',
    group: 'Pictures',
    keys: ['Shift+T'],
    alsoCalled: 'validation hold out use',
    refusal: changeable,
    perform: (w) =>
      onPicture(w, ({ pictureId, use }) => w.pictures.setUse(pictureId, use === 'test' ? 'train' : 'test')),
  },
  {
    id: 'skipPicture',
    label: 'Leave the picture out of training, or take it in',
    group: 'Pictures',
    keys: [],
    alsoCalled: 'skip exclude use',
    refusal: changeable,
    perform: (w) =>
      onPicture(w, ({ pictureId, use }) => w.pictures.setUse(pictureId, use === 'skip' ? 'train' : 'skip')),
  },
  {
    id: 'addPictures',
    label: 'Add pictures…',
    group: 'Pictures',
    keys: [],
    alsoCalled: 'open image file load upload',
    perform: (w) => w.filePicker?.('pictures'),
  },
  {
    id: 'addFolder',
    label: 'Add a folder of pictures…',
    group: 'Pictures',
    keys: [],
    alsoCalled: 'open directory load',
    perform: (w) => w.filePicker?.('folder'),
  },
  {
    id: 'camera',
    label: 'Take a picture with the camera…',
    group: 'Pictures',
    keys: [],
    alsoCalled: 'webcam snapshot photo',
    perform: (w) => w.openDialog({ name: 'camera' }),
  },
  {
    id: 'importMask',
    label: 'Import a mask for the picture…',
    group: 'Pictures',
    keys: [],
    alsoCalled: 'load labels annotation png',
    refusal: changeable,
    perform: (w) => w.filePicker?.('mask'),
  },
  {
    id: 'removePicture',
    label: 'Remove the picture from the project',
    group: 'Pictures',
    keys: [],
    alsoCalled: 'delete',
    refusal: changeable,
    perform: (w) => onPicture(w, ({ pictureId }) => w.pictures.remove(pictureId)),
  },
  {
    id: 'export',
    label: 'Export masks, predictions, a data set…',
    group: 'Project',
    keys: ['$mod+e'],
    alsoCalled: 'download save labels csv mmsegmentation fastai',
    refusal: withoutPicture,
    perform: (w) => w.openDialog({ name: 'export' }),
  },
  {
    id: 'share',
    label: 'Share as a link…',
    group: 'Project',
    keys: ['Shift+S'],
    alsoCalled: 'url copy embed frame iframe send',
    refusal: withoutPicture,
    perform: (w) => w.openDialog({ name: 'share' }),
  },
  {
    id: 'code',
    label: 'The PyTorch or fast.ai program for what is on the screen',
    group: 'Project',
    keys: [],
    alsoCalled: 'python code export copy lab',
    refusal: ({ view }) =>
      view.hiddenPanels.has('lab') || view.hiddenPanels.has('code') ? 'This page was shared without the code.' : null,
    perform: (w) => w.lab.open('code'),
  },
  {
    id: 'saveProjectFile',
    label: 'Save the project as a file',
    group: 'Project',
    keys: ['$mod+s'],
    alsoCalled: 'download zip archive backup',
    perform: (w) => void w.projects.saveFile(),
  },
  {
    id: 'saveAllProjectFiles',
    label: 'Download all projects',
    group: 'Project',
    keys: [],
    alsoCalled: 'save zip archive backup every stored',
    perform: (w) => void w.projects.saveAllFiles(),
  },
  {
    id: 'openProjectFile',
    label: 'Open a project file…',
    group: 'Project',
    keys: ['$mod+o'],
    alsoCalled: 'load zip archive restore',
    perform: (w) => w.filePicker?.('project'),
  },
  {
    id: 'newProject',
    label: 'New project',
    group: 'Project',
    keys: [],
    alsoCalled: 'create empty',
    perform: (w) => void w.projects.create(),
  },
  {
    id: 'projects',
    label: 'Projects and examples…',
    group: 'Project',
    keys: ['$mod+Shift+o'],
    alsoCalled: 'open switch rename delete gallery menu',
    perform: (w) => w.openDialog({ name: 'projects' }),
  },
  {
    id: 'scene',
    label: 'Generated scene…',
    group: 'Project',
    keys: [],
    alsoCalled: 'synthetic picture exact mask truth shapes textures seed example',
    perform: (w) => w.scenes.choose(),
  },
  {
    id: 'freshScene',
    label: 'Another generated scene, of a new seed',
    group: 'Project',
    keys: [],
    alsoCalled: 'random synthetic picture exact mask truth',
    perform: (w) => void w.scenes.openFresh(),
  },
];

function onPicture({ store }: Workbench, act: (picture: PictureEntry) => void): void {
  const picture = openEntry(store.getState());
  if (picture !== undefined) act(picture);
}
