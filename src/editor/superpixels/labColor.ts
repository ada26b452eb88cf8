// D65, 2° observer: the white of sRGB.
const WHITE = [0.950_47, 1, 1.088_83] as const;

const EPSILON = 216 / 24_389;
const KAPPA = 24_389 / 27;

/** Linear light of an sRGB byte (IEC 61966-2-1). */
const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** A picture in CIELAB, `L, a, b` a pixel. */
export interface LabPicture {
  readonly width: number;
  readonly height: number;
  readonly lab: Float32Array;
}

/**
 * CIELAB of RGBA bytes in sRGB, as `L, a, b` a pixel: `[H·W·3]`, L from 0 to 100. Alpha is not looked at.
 * (CIE 15:2004; a Euclidean distance of 2.3 is just noticeable.)
 */
export function labOfPixels(pixels: Uint8Array | Uint8ClampedArray): Float32Array {
  const pixelCount = Math.floor(pixels.length / 4);
  const lab = new Float32Array(3 * pixelCount);
  for (let i = 0; i < pixelCount; i++) {
    const red = LINEAR[pixels[4 * i] ?? 0] ?? 0;
    const green = LINEAR[pixels[4 * i + 1] ?? 0] ?? 0;
    const blue = LINEAR[pixels[4 * i + 2] ?? 0] ?? 0;
    const x = responseTo((0.412_453 * red + 0.357_58 * green + 0.180_423 * blue) / WHITE[0]);
    const y = responseTo((0.212_671 * red + 0.715_16 * green + 0.072_169 * blue) / WHITE[1]);
    const z = responseTo((0.019_334 * red + 0.119_193 * green + 0.950_227 * blue) / WHITE[2]);
    lab[3 * i] = 116 * y - 16;
    lab[3 * i + 1] = 500 * (x - y);
    lab[3 * i + 2] = 200 * (y - z);
  }
  return lab;
}

function responseTo(light: number): number {
  return light > EPSILON ? Math.cbrt(light) : (KAPPA * light + 16) / 116;
}
