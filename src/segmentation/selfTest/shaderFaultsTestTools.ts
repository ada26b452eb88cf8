/** A mistake that a driver's compiler could make of WGSL. */
export interface ShaderFault {
  /** What goes wrong, in a few words. */
  readonly name: string;
  /** What a self-test calls the kernel that it finds wrong. */
  readonly kernel: RegExp;
  /** The network whose programs it is in. */
  readonly network: 'unet' | 'plainUnet' | 'pretrained';
  /** The text with the mistake; the same text where it has no such place. */
  readonly patch: (code: string) => string;
}

const replaced =
  (pattern: RegExp | string, by: string) =>
  (code: string): string =>
    code.replaceAll(pattern, by);

/** Only in programs that have this in their text. */
const within = (marker: string, patch: (code: string) => string) => (code: string) =>
  code.includes(marker) ? patch(code) : code;

const CONVOLUTION = 'let groups = (outputVectors +';

/** Each is at one place of one kernel's text, and small enough to be overlooked on a screen. */
export const SHADER_FAULTS: readonly ShaderFault[] = [
  {
    name: 'what lies beyond the edge is its neighbour, not zero',
    kernel: /convolution/,
    network: 'unet',
    patch: replaced(/select\((?:vec4<f32>\(0\.0\)|0\.0), (x\[pixel[^\]]*\]), inside\w+\)/g, '$1'),
  },
  {
    name: 'the last row of a convolution is not written',
    kernel: /convolution/,
    network: 'unet',
    patch: within(CONVOLUTION, replaced('(outY < shape.y)', '(outY < shape.y - 1)')),
  },
  {
    name: 'sums of a convolution are rounded to half precision',
    kernel: /convolution/,
    network: 'unet',
    patch: within(CONVOLUTION, replaced(/let value = (sum.*);/g, 'let value = quantizeToF16($1);')),
  },
  {
    name: 'a bias is left out',
    kernel: /convolution/,
    network: 'unet',
    patch: within(CONVOLUTION, replaced(/ \+ (bias\[\w+\])/g, ' + 0.0 * $1')),
  },
  {
    name: 'the addend is left out',
    kernel: /convolution/,
    network: 'plainUnet',
    patch: within(CONVOLUTION, replaced(' + addend[at]', ' + 0.0 * addend[at]')),
  },
  {
    name: 'the rectifier of a convolution lets negative numbers through',
    kernel: /convolution/,
    network: 'plainUnet',
    patch: within(CONVOLUTION, replaced(/return select\(value, .*, value < .*\);/g, 'return value;')),
  },
  {
    name: 'a filter that should be turned is not',
    kernel: /Conv2DBackpropInput/,
    network: 'unet',
    patch: replaced('(lastTap - tap)', 'tap'),
  },
  {
    name: 'pixels beyond the map count in a filter gradient',
    kernel: /BackpropFilter/,
    network: 'unet',
    patch: within(
      'firstTapRow',
      replaced(/select\(vec4<f32>\(0\.0\), (dy\[.*\]|vec4<f32>\(.*\)), dyInside\w+\)/g, '$1'),
    ),
  },
  {
    name: 'one block of a filter gradient is not added',
    kernel: /BackpropFilter/,
    network: 'unet',
    patch: replaced('for (var block = 1; block < uniforms.blocks', 'for (var block = 2; block < uniforms.blocks'),
  },
  {
    name: 'a variance is the mean square less the squared mean',
    kernel: /GroupNormRelu/,
    network: 'unet',
    patch: replaced(/let origin = (x\[.*\]);/g, 'let origin = 0.0 * $1;'),
  },
  {
    name: 'a deviation is off by a thousandth',
    kernel: /GroupNormRelu/,
    network: 'unet',
    patch: replaced('inverseSqrt(varianceSum', '1.001 * inverseSqrt(varianceSum'),
  },
  {
    name: 'the gradient of a normalisation has a wrong sign',
    kernel: /GroupNormReluGradient/,
    network: 'unet',
    patch: replaced(/- centered(\w+) \* slope/g, '+ centered$1 * slope'),
  },
  {
    name: 'a maximum misses a pixel',
    kernel: /MaxPool$/,
    network: 'unet',
    patch: replaced('max(x[above], x[above + uniforms.vectors])', 'x[above]'),
  },
  {
    name: 'the gradient of equal pixels goes to none of them',
    kernel: /MaxPoolGrad/,
    network: 'unet',
    patch: replaced('let isA = (a >= b) & (a >= c)', 'let isA = (a > b) & (a >= c)'),
  },
  {
    name: 'an enlarged map has wrong shares',
    kernel: /^Upsample2x$/,
    network: 'unet',
    patch: replaced('0.75 * a + 0.25 * b', '0.76 * a + 0.24 * b'),
  },
  {
    name: 'the rectifier’s gradient lets everything through',
    kernel: /ReluGradient/,
    network: 'plainUnet',
    patch: replaced(/select\((\S+\(0\.0\)|0\.0), dy\[index\], value > \S+\(0\.0\)\)/g, 'dy[index]'),
  },
  {
    name: 'unlabeled pixels are multiplied by zero, not left out',
    kernel: /MaskedSoftmaxLoss/,
    network: 'unet',
    patch: replaced(/select\(0\.0, (.*), isLabeled\)/g, '(($1) * select(0.0, 1.0, isLabeled))'),
  },
  {
    name: 'what unlabeled pixels would cost counts',
    kernel: /MaskedSoftmaxLoss/,
    network: 'unet',
    patch: replaced(/totalCost \+= select\(0\.0, (.*), isLabeled\);/g, 'totalCost += $1;'),
  },
  {
    name: 'unlabeled pixels count in the sizes of classes',
    kernel: /MaskedSoftmaxDice/,
    network: 'unet',
    patch: replaced(/(size\d+ \+= )v \* /g, '$1'),
  },
  {
    name: 'the second likeliest class is the likeliest',
    kernel: /PredictionBytes/,
    network: 'unet',
    patch: replaced('second = rival;', 'second = largest;'),
  },
  {
    name: 'every pair of neighbours counts twice',
    kernel: /GatedSmoothness/,
    network: 'unet',
    patch: replaced('result[costAt] = 0.5 * cost;', 'result[costAt] = cost;'),
  },
  {
    name: 'a pair of neighbours pulls twice at either',
    kernel: /GatedSmoothness/,
    network: 'unet',
    patch: replaced(/(d\d+ -= )like \*/g, '$12.0 * like *'),
  },
  {
    name: 'a turned picture is walked along the wrong axis',
    kernel: /SampleBatch/,
    network: 'unet',
    patch: replaced('turned.y * walk.z', 'turned.x * walk.z'),
  },
  {
    name: 'a parameter does not decay',
    kernel: /update by adamw/,
    network: 'unet',
    patch: replaced('parameter - decayed * numbers[1]', 'parameter'),
  },
  {
    name: 'a momentum is forgotten',
    kernel: /update by sgd/,
    network: 'unet',
    patch: replaced('result[stride + index] * numbers[2] +', ''),
  },
];

/** The same in programs that graphics processors alone are given. */
export const HARDWARE_FAULTS: readonly ShaderFault[] = [
  {
    name: 'a tile of the input is a pixel off',
    kernel: /convolution/,
    network: 'plainUnet',
    patch: replaced('inputTile[i] = select(', 'inputTile[max(i - 1, 0)] = select('),
  },
  {
    // Taps of a turned filter come in reverse: the first is the last.
    name: 'a filter that should be read turned is not',
    kernel: /convolution/,
    network: 'plainUnet',
    patch: replaced(/let tap(\d+) = \d+ \* shape\.w \* rowSize;/g, 'let tap$1 = $1 * shape.w * rowSize;'),
  },
  {
    name: 'a sum of a tile misses a channel of the input',
    kernel: /convolution/,
    network: 'plainUnet',
    patch: replaced(/ \+= (x\d+_\d+)\.w \* /g, ' += 0.0 * $1.w * '),
  },
  {
    name: 'moments of a block leave out its squares',
    kernel: /GroupNormRelu/,
    network: 'unet',
    patch: replaced(/squares(\d) \+= deviation \* deviation/g, 'squares$1 += 0.0 * deviation'),
  },
  {
    name: 'a block that overhangs the map counts as a whole one',
    kernel: /GroupNormRelu/,
    network: 'unet',
    patch: replaced(/let pixelsDown = min\((\d+), .*\);/g, 'let pixelsDown = $1;'),
  },
  {
    name: 'a second convolution reads its filter a channel late',
    kernel: /convolution/,
    network: 'unet',
    patch: replaced(/otherWeights\[tap/g, 'otherWeights[1 + tap'),
  },
  {
    name: 'a second filter’s gradient begins a row early',
    kernel: /JoinedConv2DBackpropFilter/,
    network: 'unet',
    patch: replaced('let firstRow = uniforms.otherRow;', 'let firstRow = uniforms.otherRow - 1;'),
  },
  {
    name: 'what lies beyond the edge is widened, too',
    kernel: /InvertedResidual/,
    network: 'pretrained',
    patch: replaced(/select\(vec4<f32>\(0\.0\), (wide\d+), inside\d+\)/g, '$1'),
  },
  {
    name: 'a filter of widened channels misses its last tap',
    kernel: /InvertedResidual/,
    network: 'pretrained',
    patch: replaced(' * tap8;', ' * tap8 * 0.0;'),
  },
  {
    name: 'the input of a block is not added',
    kernel: /InvertedResidual/,
    network: 'pretrained',
    patch: replaced(/ \+ (x\[outAt \+ \d+\])/g, ' + 0.0 * $1'),
  },
  {
    name: 'half of the blocks that were deferred are not added',
    kernel: /deferred sums/,
    network: 'unet',
    patch: replaced('if (lane < half && half >= side)', 'if (lane < half && half > side)'),
  },
];
