import type { BuiltInSample } from '../sample.ts';
import { stroke } from '../stroke.ts';

const TABLE = 0;
const CERAMIC = 1;
const PORCELAIN = 2;
const COFFEE = 3;
const SPOON = 4;

/** An espresso cup from above: five materials, two of them nearly the same colour. */
export const coffee: BuiltInSample = {
  id: 'coffee',
  title: 'Espresso',
  domain: 'Photograph',
  blurb: 'Press Train, then paint one more stroke on the rim of the saucer, wherever the network mixes it up.',
  picture: 'samples/coffee.webp',
  width: 512,
  height: 341,
  classes: [
    { id: TABLE, name: 'Table', color: '#5b83f7' },
    { id: CERAMIC, name: 'Ceramic', color: '#f55f6e' },
    { id: PORCELAIN, name: 'Porcelain', color: '#7a1fa2' },
    { id: COFFEE, name: 'Coffee', color: '#4fe3ff' },
    { id: SPOON, name: 'Spoon', color: '#ffc552' },
  ],
  strokes: [
    stroke(TABLE, 2, [0, 28], [64, 14]),
    stroke(TABLE, 2, [32, 104], [90, 58], [138, 28]),
    stroke(TABLE, 2, [36, 215], [56, 280], [84, 318], [88, 340]),
    stroke(TABLE, 2, [76, 258], [98, 292]),
    stroke(TABLE, 2, [428, 205], [420, 150], [398, 108], [374, 82]),
    stroke(TABLE, 2, [511, 60], [474, 100], [480, 130]),
    stroke(TABLE, 2, [362, 322], [400, 286]),
    stroke(TABLE, 2, [345, 33], [372, 53]),
    stroke(CERAMIC, 2, [132, 84], [101, 125], [90, 165]),
    stroke(CERAMIC, 2, [115, 252], [160, 288], [220, 306]),
    stroke(CERAMIC, 2, [376, 245], [389, 195]),
    stroke(CERAMIC, 1.5, [79, 206], [88, 236]),
    stroke(CERAMIC, 1.5, [381, 122], [394, 144]),
    stroke(CERAMIC, 2, [380, 152], [360, 118]),
    stroke(CERAMIC, 2, [154, 250], [190, 280], [232, 286]),
    stroke(CERAMIC, 2, [186, 178], [215, 190], [255, 196], [295, 187]),
    stroke(CERAMIC, 2, [192, 214], [182, 244]),
    stroke(CERAMIC, 2, [246, 240], [262, 268], [284, 289]),
    stroke(PORCELAIN, 2, [160, 112], [178, 137], [210, 157], [250, 168]),
    stroke(PORCELAIN, 2, [330, 126], [341, 100]),
    stroke(PORCELAIN, 2, [205, 27], [240, 21], [275, 26]),
    stroke(PORCELAIN, 2, [190, 62], [222, 45], [262, 43], [292, 58], [312, 84]),
    stroke(PORCELAIN, 2, [220, 73], [268, 72]),
    stroke(COFFEE, 2, [205, 95], [240, 90], [285, 98]),
    stroke(COFFEE, 2, [200, 134], [235, 151], [285, 147]),
    stroke(COFFEE, 2, [225, 120], [262, 118]),
    stroke(SPOON, 2, [352, 64], [352, 84]),
    stroke(SPOON, 1.5, [327, 182], [323, 194]),
    stroke(SPOON, 2, [300, 226], [296, 248], [312, 268], [334, 252], [322, 222]),
  ],
  truth: null,
  credit: 'Photograph by Rachel Michetti, courtesy of Pikolo Espresso Bar; CC0 (scikit-image)',
};
