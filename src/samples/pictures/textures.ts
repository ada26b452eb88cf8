import type { Sample } from '../samples.ts';
import { stroke } from '../stroke.ts';

const GRASS = 0;
const GRAVEL = 1;
const BRICK = 2;

/** Three real textures of equal brightness and contrast in one picture: the truth is exact, and colour is no help. */
export const textures: Sample = {
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
    stroke(GRASS, 2, [0, 48], [100, 40], [150, 80], [90, 136]),
    stroke(GRASS, 2, [164, 30], [168, 72], [200, 130], [230, 168]),
    stroke(GRASS, 2, [60, 226], [130, 230], [180, 222]),
    stroke(GRAVEL, 2, [225, 36], [270, 90], [260, 130]),
    stroke(GRAVEL, 2, [430, 0], [440, 100], [479, 120]),
    stroke(GRAVEL, 2, [196, 24], [199, 76]),
    stroke(GRAVEL, 2, [320, 176], [380, 168], [440, 170]),
    stroke(BRICK, 2, [0, 270], [50, 330], [140, 340], [144, 359]),
    stroke(BRICK, 2, [200, 320], [280, 260], [380, 240], [430, 300], [479, 316]),
    stroke(BRICK, 2, [250, 226], [320, 206], [390, 200]),
    stroke(BRICK, 2, [300, 359], [380, 346]),
  ],
  truth: 'samples/texturesTruth.png',
  credit: 'Grass by linolafett, gravel and brick by cc0textures.com; CC0 (scikit-image)',
};
