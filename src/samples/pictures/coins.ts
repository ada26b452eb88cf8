import type { BuiltInSample } from '../sample.ts';
import { stroke } from '../stroke.ts';

const COIN = 0;
const BOARD = 1;

/** Two dozen grey coins on an unevenly lit grey board: no threshold separates them. */
export const coins: BuiltInSample = {
  id: 'coins',
  title: 'Coins from Pompeii',
  domain: 'Archaeology',
  blurb: 'Only some of the coins are painted: train, and count how many of the others the network finds.',
  picture: 'samples/coins.webp',
  width: 384,
  height: 303,
  classes: [
    { id: COIN, name: 'Coin', color: '#ffc552' },
    { id: BOARD, name: 'Board', color: '#5b83f7' },
  ],
  strokes: [
    stroke(COIN, 2, [32, 52], [56, 56]),
    stroke(COIN, 2, [139, 40], [139, 60], [157, 68], [172, 58]),
    stroke(COIN, 2, [311, 48], [318, 28], [334, 21], [351, 30]),
    stroke(COIN, 2, [254, 110], [272, 134], [288, 112]),
    stroke(COIN, 2, [195, 124], [216, 122]),
    stroke(COIN, 2, [88, 186], [88, 206], [108, 212]),
    stroke(COIN, 2, [322, 186], [347, 162], [371, 186]),
    stroke(COIN, 2, [28, 262], [46, 239], [68, 262]),
    stroke(COIN, 2, [286, 252], [302, 281], [318, 254]),
    stroke(BOARD, 2, [0, 14], [70, 15]),
    stroke(BOARD, 2, [200, 15], [285, 10]),
    stroke(BOARD, 2, [30, 88], [120, 88]),
    stroke(BOARD, 2, [0, 156], [100, 154]),
    stroke(BOARD, 2, [232, 154], [300, 156]),
    stroke(BOARD, 2, [90, 230], [130, 226]),
    stroke(BOARD, 2, [210, 228], [250, 229]),
    stroke(BOARD, 2, [216, 302], [250, 296]),
    stroke(BOARD, 2, [72, 38], [73, 72]),
    stroke(BOARD, 2, [125, 34], [123, 68]),
    stroke(BOARD, 2, [303, 40], [304, 76]),
    stroke(BOARD, 2, [234, 112], [236, 136]),
    stroke(BOARD, 2, [70, 180], [71, 210]),
    stroke(BOARD, 2, [308, 180], [308, 205]),
    stroke(BOARD, 2, [84, 250], [84, 282]),
    stroke(BOARD, 2, [334, 246], [330, 280]),
    stroke(BOARD, 2, [372, 80], [370, 120]),
  ],
  truth: null,
  credit: 'Brooklyn Museum, no known copyright restrictions; BSD-3-Clause with scikit-image',
};
