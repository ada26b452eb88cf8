import { EPSILON } from './groupNormKernels.ts';

/** A map `[B, H, W, C]` and how many groups its channels are normalised in. */
export interface GroupedMap {
  readonly values: Float32Array;
  readonly batch: number;
  /** H·W. */
  readonly pixels: number;
  readonly channels: number;
  readonly groups: number;
}

/** `max(0, (x − mean)·gain/deviation + offset)` in plain loops and double precision: the kernel's twin (Wu & He 2018). */
export function groupNormReluOnHost(x: GroupedMap, gain: Float32Array, offset: Float32Array): Float32Array {
  const y = new Float32Array(x.values.length);
  const count = (x.pixels * x.channels) / x.groups;
  eachGroup(x, (places) => {
    let mean = 0;
    for (const { at } of places()) mean += (x.values[at] as number) / count;
    let variance = 0;
    for (const { at } of places()) variance += ((x.values[at] as number) - mean) ** 2 / count;
    const deviation = 1 / Math.sqrt(variance + EPSILON);
    for (const { at, channel } of places()) {
      const normal = ((x.values[at] as number) - mean) * deviation;
      y[at] = Math.max(0, normal * (gain[channel] as number) + (offset[channel] as number));
    }
  });
  return y;
}

/** What a gradient's kernel gives. */
export interface GroupNormGradients {
  readonly dx: Float32Array;
  readonly dGain: Float32Array;
  readonly dOffset: Float32Array;
  /** A value before the ReLU is so near to 0 that its sign is a matter of rounding. */
  readonly isDoubtful: boolean;
}

/** Share of a value's terms that single precision may be off by. */
const ROUNDING = 1e-6;

/**
 * Its gradients from what the forward kernel kept, `statistics [4, B, C]`: mean, one over the deviation, that times the gain,
 * and offset. With `x̂ = (x − mean)·deviation` and `dy` where the ReLU passed it,
 * `dx = gain·deviation·dy − mean(gain·deviation·dy) − x̂·mean(gain·deviation·dy·x̂)`.
 */
export function groupNormReluGradientOnHost(
  x: GroupedMap,
  dy: Float32Array,
  statistics: Float32Array,
): GroupNormGradients {
  const { batch, channels } = x;
  const count = (x.pixels * channels) / x.groups;
  const statistic = (row: number, picture: number, channel: number) =>
    statistics[(row * batch + picture) * channels + channel] as number;
  const dx = new Float32Array(x.values.length);
  const [dGain, dOffset] = [new Float64Array(channels), new Float64Array(channels)];
  let isDoubtful = false;
  eachGroup(x, (places) => {
    const passed = ({ at, picture, channel }: Place) => {
      const centered = (x.values[at] as number) - statistic(0, picture, channel);
      const [scaled, shift] = [centered * statistic(2, picture, channel), statistic(3, picture, channel)];
      if (Math.abs(scaled + shift) < ROUNDING * (Math.abs(scaled) + Math.abs(shift))) isDoubtful = true;
      const normal = centered * statistic(1, picture, channel);
      return { normal, passed: scaled + shift > 0 ? (dy[at] as number) : 0 };
    };
    let mean = 0;
    let aligned = 0;
    for (const place of places()) {
      const { normal, passed: gradient } = passed(place);
      const scaled = gradient * statistic(2, place.picture, place.channel);
      mean += scaled / count;
      aligned += (scaled * normal) / count;
      dGain[place.channel] = (dGain[place.channel] as number) + gradient * normal;
      dOffset[place.channel] = (dOffset[place.channel] as number) + gradient;
    }
    for (const place of places()) {
      const { normal, passed: gradient } = passed(place);
      dx[place.at] = gradient * statistic(2, place.picture, place.channel) - mean - normal * aligned;
    }
  });
  return { dx, dGain: Float32Array.from(dGain), dOffset: Float32Array.from(dOffset), isDoubtful };
}

interface Place {
  readonly at: number;
  readonly picture: number;
  readonly channel: number;
}

/** Calls `visit` for every picture and group with a walk over its numbers. */
function eachGroup(
  { batch, pixels, channels, groups }: GroupedMap,
  visit: (places: () => Generator<Place>) => void,
): void {
  const each = channels / groups;
  for (let picture = 0; picture < batch; picture++) {
    for (let group = 0; group < groups; group++) {
      visit(function* () {
        for (let pixel = 0; pixel < pixels; pixel++) {
          for (let channel = group * each; channel < (group + 1) * each; channel++) {
            yield { at: (picture * pixels + pixel) * channels + channel, picture, channel };
          }
        }
      });
    }
  }
}
