import type { BuiltInSample } from '../sample.ts';
import { stroke } from '../stroke.ts';

const GRASS = 0;
const GRAVEL = 1;
const BRICK = 2;

/** Three real textures of equal brightness and contrast in one picture: the truth is exact, and colour is no help. */
export const textures: BuiltInSample = {
  id: 'textures',
  title: 'Texture mosaic',
  domain: 'Textures',
  blurb: 'No stroke touches the three islands: train, and compare what the network makes of them with the exact truth.',
  picture: 'samples/textures.webp',
  width: 480,
  height: 360,
  classes: [
    { id: GRASS, name: 'Grass', color: '#8ff0c8' },
    { id: GRAVEL, name: 'Gravel', color: '#5b83f7' },
    { id: BRICK, name: 'Brick', color: '#e69f00' },
  ],
  strokes: [
    stroke(GRASS, 0.55, [190, 4], [171, 40], [172, 80], [192, 113], [226, 153], [254, 187], [262, 201]),
    stroke(GRASS, 0.55, [0, 222], [45, 236], [72, 239]),
    stroke(GRASS, 0.55, [132, 234], [150, 241], [200, 228], [256, 205]),
    stroke(GRASS, 0.55, [25, 8], [82, 12], [60, 90], [30, 150], [120, 190]),
    stroke(GRASS, 0.55, [140, 8], [110, 70], [140, 130], [196, 196]),
    stroke(GRAVEL, 0.55, [210, 4], [191, 40], [193, 74], [210, 98], [244, 138], [270, 172], [277, 186]),
    stroke(GRAVEL, 0.55, [292, 194], [325, 182], [362, 174], [400, 172], [440, 175], [478, 184]),
    stroke(GRAVEL, 0.55, [270, 40], [302, 60], [302, 112], [320, 142], [370, 142]),
    stroke(GRAVEL, 0.55, [410, 60], [412, 90], [452, 90]),
    stroke(GRAVEL, 0.55, [236, 10], [290, 20], [345, 12], [400, 24], [458, 14], [470, 60], [462, 140]),
    stroke(BRICK, 0.55, [0, 241], [48, 255], [70, 260], [66, 300]),
    stroke(BRICK, 0.55, [162, 257], [202, 247], [242, 231], [282, 215], [322, 202]),
    stroke(BRICK, 0.55, [362, 193], [400, 192], [440, 194], [478, 202]),
    stroke(BRICK, 0.55, [50, 343], [150, 338], [240, 290], [308, 272], [308, 320]),
    stroke(BRICK, 0.55, [400, 320], [370, 348], [330, 348]),
  ],
  truth: 'samples/texturesTruth.png',
  credit: 'Grass by linolafett, gravel and brick by cc0textures.com; CC0 (scikit-image)',
};
