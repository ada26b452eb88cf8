import * as tf from '@tensorflow/tfjs-core';
import type { ChannelPrediction } from '../kernels/predictionBytes/predictionBytes.ts';
import { normInput } from '../models/frugalPass.ts';
import {
  channelMoments,
  type GroupStatistics,
  givenStatisticsOps,
  MomentGatherer,
  type NetworkStatistics,
  normalizations,
} from '../models/groupStatistics.ts';
import type { NetworkDescription } from '../models/networkOps.ts';
import type { StandardizedPicture } from '../picture.ts';
import { mirrorImage } from './flipAveraging.ts';
import { type TilePlan, type TileSpan, tileWeight } from './tiles.ts';

/** Lets pending messages in between two tiles; when it rejects, the work ends with its error and nothing is left. */
export type YieldToEventLoop = () => Promise<void>;

/**
 * Predicts a picture tile by tile. `predictLogits` maps `[1, tileHeight, tileWidth, 3]` to logits of as many pixels and
 * `outputs` channels, in a `tf.tidy` of ours.
 *
 * Probabilities, not logits, are mixed along the ramps: they are bounded, so that no tile outvotes its neighbour by
 * being more extreme, and the result is a probability again. Within ramps both tiles are trusted, so on hard seams and
 * ramps alike the result is that of one pass, as far as the tiles' logits are.
 *
 * Memory: a tile's tensors, one row of tiles' probabilities and the result.
 */
export async function predictTiled(
  picture: StandardizedPicture,
  plan: TilePlan,
  predictLogits: (input: tf.Tensor4D) => tf.Tensor4D,
  outputs: number,
  yieldToEventLoop: YieldToEventLoop,
): Promise<ChannelPrediction> {
  const { width, height } = picture;
  const tile = new Float32Array(3 * plan.tileWidth * plan.tileHeight);
  const band = new ProbabilityBand(width, Math.max(...plan.rows.map((row) => row.saidEnd - row.saidStart)), outputs);
  const pixels = width * height;
  const prediction: ChannelPrediction = {
    channelMap: new Uint8Array(pixels),
    confidence: new Uint8Array(pixels),
    margin: new Uint8Array(pixels),
  };
  for (const [i, row] of plan.rows.entries()) {
    band.moveTo(row.saidStart);
    for (const column of plan.columns) {
      cutTile(picture, plan, column, row, tile);
      const said = tf.tidy(() => {
        const input = tf.tensor4d(tile, [1, plan.tileHeight, plan.tileWidth, 3]);
        const begin: [number, number, number, number] = [
          0,
          row.saidStart - row.start,
          column.saidStart - column.start,
          0,
        ];
        const size: [number, number, number, number] = [1, extent(row), extent(column), outputs];
        return tf.softmax(tf.slice4d(predictLogits(input), begin, size));
      });
      try {
        band.add(await said.data(), column, row, plan.rampPx);
      } finally {
        said.dispose();
      }
      await yieldToEventLoop();
    }
    // From where the next row of tiles has a say on, this one's is not the last word.
    band.decide(row.saidStart, plan.rows[i + 1]?.saidStart ?? height, prediction);
  }
  return prediction;
}

/**
 * Measures the statistics of every group normalisation over the whole picture, tile by tile; each pixel counts once.
 * Empty for a network without normalisation.
 *
 * What a layer's normalisation measures depends on those before it. So there is one sweep over the tiles for each of
 * them, which computes no more than the layer's input: all in all two to three predictions for the default network.
 * Memory: a tile's tensors. With `mirrored`, left and right of the picture are exchanged.
 */
export async function measureStatistics(
  picture: StandardizedPicture,
  plan: TilePlan,
  network: NetworkDescription,
  parameters: ReadonlyMap<string, tf.Tensor>,
  yieldToEventLoop: YieldToEventLoop,
  mirrored = false,
): Promise<NetworkStatistics> {
  const statistics = new Map<string, GroupStatistics>();
  for (const { name, channels } of normalizations(network)) {
    const ops = givenStatisticsOps(parameters, statistics);
    const gatherer = new MomentGatherer(channels);
    for (const row of plan.rows) {
      for (const column of plan.columns) {
        // A mirrored tile's map is turned back: the part that counts lies as it does in the tile.
        const { moments, pixels } = measureTile(picture, plan, column, row, (input) =>
          mirrored
            ? mirrorImage(normInput(network, ops, mirrorImage(input), name))
            : normInput(network, ops, input, name),
        );
        try {
          gatherer.add(await moments.data(), pixels);
        } finally {
          moments.dispose();
        }
        await yieldToEventLoop();
      }
    }
    statistics.set(name, gatherer.groupStatistics());
  }
  return statistics;
}

/** Moments `[2, C]` of a feature map over the part of the picture that no other tile measures. */
function measureTile(
  picture: StandardizedPicture,
  plan: TilePlan,
  column: TileSpan,
  row: TileSpan,
  mapOf: (input: tf.Tensor4D) => tf.Tensor4D,
): { moments: tf.Tensor2D; pixels: number } {
  const tile = new Float32Array(3 * plan.tileWidth * plan.tileHeight);
  cutTile(picture, plan, column, row, tile);
  const across = measuredStretch(column, plan.columns, plan.tileWidth);
  const down = measuredStretch(row, plan.rows, plan.tileHeight);
  let pixels = 0;
  const moments = tf.tidy(() => {
    const map = mapOf(tf.tensor4d(tile, [1, plan.tileHeight, plan.tileWidth, 3]));
    const scale = plan.tileWidth / map.shape[2];
    const [rows, columns] = [down.size / scale, across.size / scale];
    pixels = rows * columns;
    const core = tf.slice4d(map, [0, down.begin / scale, across.begin / scale, 0], [1, rows, columns, map.shape[3]]);
    return channelMoments(core);
  });
  return { moments, pixels };
}

/** A span's core within its tile; the last one has what fills the picture up to whole strides, as in one pass. */
function measuredStretch(span: TileSpan, spans: readonly TileSpan[], tile: number): { begin: number; size: number } {
  const end = span === spans.at(-1) ? span.start + tile : span.coreEnd;
  return { begin: span.coreStart - span.start, size: end - span.coreStart };
}

const extent = ({ saidStart, saidEnd }: TileSpan) => saidEnd - saidStart;

/** Copies a tile's pixels to `out`; zeros (the mean colour) where it fills the picture up to whole strides. */
function cutTile(picture: StandardizedPicture, plan: TilePlan, column: TileSpan, row: TileSpan, out: Float32Array) {
  out.fill(0);
  const columns = Math.min(plan.tileWidth, picture.width - column.start);
  const rows = Math.min(plan.tileHeight, picture.height - row.start);
  for (let y = 0; y < rows; y++) {
    const from = (row.start + y) * picture.width + column.start;
    out.set(picture.values.subarray(3 * from, 3 * (from + columns)), 3 * y * plan.tileWidth);
  }
}

/** Sums of weighted probabilities, for the rows of the picture that further tiles still contribute to. */
class ProbabilityBand {
  /** `[rows, width, outputs]`, the first row being the picture's {@link top}. */
  readonly #sums: Float32Array;
  #top = 0;

  readonly #width: number;
  readonly #outputs: number;

  constructor(width: number, rows: number, outputs: number) {
    this.#width = width;
    this.#outputs = outputs;
    this.#sums = new Float32Array(rows * width * outputs);
  }

  /** Drops the rows above `imageY`. */
  moveTo(imageY: number): void {
    const dropped = (imageY - this.#top) * this.#width * this.#outputs;
    this.#sums.copyWithin(0, dropped);
    this.#sums.fill(0, this.#sums.length - dropped);
    this.#top = imageY;
  }

  /** Adds a tile's weighted probabilities, `[saidHeight, saidWidth, outputs]`. */
  add(said: ArrayLike<number>, column: TileSpan, row: TileSpan, rampPx: number): void {
    const sums = this.#sums;
    const width = this.#width;
    const outputs = this.#outputs;
    const across = Float64Array.from({ length: extent(column) }, (_, i) =>
      tileWeight(column, rampPx, column.saidStart + i),
    );
    let from = 0;
    for (let y = row.saidStart; y < row.saidEnd; y++) {
      const down = tileWeight(row, rampPx, y);
      let to = ((y - this.#top) * width + column.saidStart) * outputs;
      for (let i = 0; i < across.length; i++) {
        const weight = down * (across[i] as number);
        for (let channel = 0; channel < outputs; channel++, from++, to++) {
          sums[to] = (sums[to] as number) + weight * (said[from] as number);
        }
      }
    }
  }

  /** Writes class, largest probability and margin of every pixel in the rows `start … end − 1`. */
  decide(start: number, end: number, { channelMap, confidence, margin }: ChannelPrediction): void {
    const sums = this.#sums;
    const width = this.#width;
    const outputs = this.#outputs;
    let from = (start - this.#top) * width * outputs;
    for (let pixel = start * width; pixel < end * width; pixel++, from += outputs) {
      let best = 0;
      let largest = sums[from] as number;
      let second = 0;
      for (let channel = 1; channel < outputs; channel++) {
        const probability = sums[from + channel] as number;
        if (probability > largest) {
          second = largest;
          largest = probability;
          best = channel;
        } else if (probability > second) second = probability;
      }
      channelMap[pixel] = best;
      confidence[pixel] = Math.round(255 * largest);
      margin[pixel] = Math.round(255 * (largest - second));
    }
  }
}
