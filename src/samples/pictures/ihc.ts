import type { BuiltInSample } from '../sample.ts';
import { stroke } from '../stroke.ts';

const GLAND = 0;
const STROMA = 1;
const EMPTY = 2;

/** Colonic glands, protein stained brown and nuclei blue: both tissues hold blue nuclei. */
export const ihc: BuiltInSample = {
  id: 'ihc',
  title: 'Colon tissue',
  domain: 'Histology',
  blurb: 'Blue nuclei sit in both tissues, so let the network learn that the neighbourhood decides.',
  picture: 'samples/ihc.webp',
  width: 512,
  height: 512,
  classes: [
    { id: GLAND, name: 'Gland', color: '#ffe66b' },
    { id: STROMA, name: 'Stroma', color: '#0072b2' },
    { id: EMPTY, name: 'Empty', color: '#d55e00' },
  ],
  strokes: [
    stroke(GLAND, 2.5, [40, 90], [60, 120], [112, 90], [150, 150]),
    stroke(GLAND, 2.5, [105, 208], [145, 230], [180, 246], [218, 240], [248, 212]),
    stroke(GLAND, 2.5, [405, 80], [430, 140], [422, 200]),
    stroke(GLAND, 2.5, [350, 236], [312, 186], [292, 125]),
    stroke(GLAND, 2.5, [290, 335], [342, 356], [355, 410], [338, 460]),
    stroke(GLAND, 2.5, [82, 275], [122, 345], [92, 390], [122, 440]),
    stroke(GLAND, 2.5, [14, 225], [34, 262]),
    stroke(STROMA, 2.5, [150, 282], [180, 292], [222, 268], [282, 266], [335, 288]),
    stroke(STROMA, 2.5, [112, 242], [155, 253]),
    stroke(STROMA, 2.5, [280, 178], [288, 215]),
    stroke(STROMA, 2.5, [195, 345], [205, 420], [225, 455]),
    stroke(STROMA, 2.5, [166, 340], [170, 390]),
    stroke(STROMA, 2.5, [466, 60], [476, 110], [478, 180]),
    stroke(STROMA, 2.5, [393, 350], [400, 420]),
    stroke(STROMA, 2.5, [511, 340], [494, 380], [490, 430]),
    stroke(EMPTY, 2.5, [318, 76], [345, 125], [370, 178]),
    stroke(EMPTY, 2.5, [14, 312], [34, 350], [18, 390]),
    stroke(EMPTY, 2.5, [0, 440], [20, 480]),
    stroke(EMPTY, 2.5, [450, 415], [455, 450]),
    stroke(EMPTY, 2.5, [66, 4], [84, 4]),
  ],
  truth: null,
  credit: 'Center for Microscopy and Molecular Imaging, no known restrictions; BSD-3-Clause with scikit-image',
};
