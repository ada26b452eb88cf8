import type { BuiltInSample } from '../sample.ts';
import { stroke } from '../stroke.ts';

const LAND = 0;
const WATER = 1;

/** Europe, North Africa and western Asia from above, with a water mask as hidden truth. */
export const earth: BuiltInSample = {
  id: 'earth',
  title: 'Coastlines from space',
  domain: 'Satellite',
  blurb: 'The true water mask is hidden behind this picture: see how close a handful of strokes comes to it.',
  picture: 'samples/earth.webp',
  width: 512,
  height: 341,
  classes: [
    { id: LAND, name: 'Land', color: '#f0e442' },
    { id: WATER, name: 'Water', color: '#5b83f7' },
  ],
  strokes: [
    stroke(LAND, 1.25, [40, 182], [90, 195], [150, 190]),
    stroke(LAND, 1.25, [30, 242], [95, 246], [150, 252]),
    stroke(LAND, 1.25, [123, 298], [148, 314]),
    stroke(LAND, 1.25, [38, 138], [70, 132], [98, 130]),
    stroke(LAND, 1, [110, 268], [112, 280], [116, 292]),
    stroke(LAND, 1.25, [236, 150], [256, 180], [268, 202]),
    stroke(LAND, 1, [32, 106], [46, 111]),
    stroke(LAND, 1.25, [75, 74], [110, 62], [160, 68]),
    stroke(LAND, 1, [200, 111], [230, 112]),
    stroke(LAND, 1.25, [338, 47], [378, 22], [428, 40]),
    stroke(LAND, 1.25, [380, 117], [410, 130]),
    stroke(LAND, 1.25, [458, 135], [493, 146]),
    stroke(LAND, 1, [394, 192], [402, 218]),
    stroke(LAND, 1, [267, 246], [258, 264]),
    stroke(WATER, 1.25, [8, 84], [8, 114]),
    stroke(WATER, 1, [66, 34], [76, 27]),
    stroke(WATER, 1.25, [140, 128], [170, 136], [196, 139]),
    stroke(WATER, 1.25, [196, 94], [232, 96]),
    stroke(WATER, 1.25, [284, 98], [289, 112]),
    stroke(WATER, 1, [224, 186], [238, 206]),
    stroke(WATER, 1.25, [20, 300], [60, 284], [90, 300]),
    stroke(WATER, 1.25, [345, 198], [330, 240], [290, 285]),
    stroke(WATER, 1.25, [388, 230], [394, 262]),
    stroke(WATER, 1.25, [425, 225], [448, 206], [450, 250]),
    stroke(WATER, 1.25, [300, 318], [330, 330]),
    stroke(WATER, 1.25, [240, 310], [241, 330]),
  ],
  truth: 'samples/earthTruth.png',
  credit: 'NASA Blue Marble and a water mask; MIT with three-globe',
};
