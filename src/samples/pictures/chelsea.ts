import type { BuiltInSample } from '../sample.ts';
import { stroke } from '../stroke.ts';

const CAT = 0;
const EYE = 1;
const NOSE = 2;
const BACKGROUND = 3;

/** A cat's face before a blurred room in much the same colours. */
export const chelsea: BuiltInSample = {
  id: 'chelsea',
  title: 'Chelsea the cat',
  domain: 'Photograph',
  blurb: 'The room has the colours of the fur, so see whether texture alone lets the network tell them apart.',
  picture: 'samples/chelsea.webp',
  width: 451,
  height: 300,
  classes: [
    { id: CAT, name: 'Cat', color: '#56b4e9' },
    { id: EYE, name: 'Eye', color: '#e69f00' },
    { id: NOSE, name: 'Nose', color: '#0072b2' },
    { id: BACKGROUND, name: 'Background', color: '#ffe66b' },
  ],
  strokes: [
    stroke(CAT, 2, [70, 62], [110, 45], [180, 40], [225, 26], [229, 0]),
    stroke(CAT, 2, [300, 46], [335, 82]),
    stroke(CAT, 2, [252, 110], [256, 150], [261, 190]),
    stroke(CAT, 2, [112, 172], [180, 192]),
    stroke(CAT, 2, [123, 98], [125, 125], [142, 152], [178, 158]),
    stroke(CAT, 2, [283, 125], [284, 152], [298, 176], [332, 172], [346, 150]),
    stroke(CAT, 2, [344, 18], [356, 44]),
    stroke(CAT, 2, [64, 8], [62, 24]),
    stroke(CAT, 2, [40, 205], [52, 250]),
    stroke(CAT, 2, [130, 245], [150, 270], [215, 268]),
    stroke(CAT, 2, [302, 245], [310, 215], [330, 186]),
    stroke(EYE, 2, [148, 108], [156, 130], [175, 138], [192, 125], [194, 108]),
    stroke(EYE, 2, [171, 102], [172, 120]),
    stroke(EYE, 1.5, [302, 140], [312, 155], [328, 145], [332, 126]),
    stroke(EYE, 1.5, [313, 122], [312, 136]),
    stroke(NOSE, 2, [248, 234], [264, 237], [282, 236]),
    stroke(NOSE, 1.5, [266, 248], [261, 255]),
    stroke(BACKGROUND, 2, [14, 12], [12, 60], [14, 100]),
    stroke(BACKGROUND, 2, [404, 22], [432, 62], [400, 90]),
    stroke(BACKGROUND, 2, [371, 84], [375, 112]),
    stroke(BACKGROUND, 2, [450, 140], [438, 165], [395, 168], [368, 200], [346, 218]),
    stroke(BACKGROUND, 2, [335, 280], [370, 262], [412, 246], [450, 240]),
  ],
  truth: null,
  credit: 'Photograph by Stéfan van der Walt; CC0 (scikit-image)',
};
