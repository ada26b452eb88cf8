/** Update rules of the bench, without weight decay: Adam (β = 0.9 and 0.999, ε = 1e-8), and plain gradient descent. */
export type BenchOptimizer = 'adam' | 'sgd';

/** Everything a training step of the bench's network depends on: equal setups give every engine equal work. */
export interface EngineSetup {
  /** Side of the square picture, a multiple of 4. */
  readonly sizePx: number;
  readonly optimizer: BenchOptimizer;
  readonly learningRate: number;
  /** `[size, size, 3]`. */
  readonly picture: Float32Array<ArrayBuffer>;
  /** `[size, size]`: class, or 255 where a pixel is unlabeled. */
  readonly labels: Int32Array<ArrayBuffer>;
  /** Initial parameters by name: `NAME/kernel [k, k, Cin, Cout]` and `NAME/bias [Cout]`, flat. */
  readonly weights: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
}

/** What the bench asks of an engine that trains its network. */
export interface BenchEngine {
  /** Dispatches one step: forward pass, masked mean cross-entropy, gradients and update. It need not wait for it. */
  trainStep(): void;
  /** The loss of the latest step, before its update, once all work is done. */
  loss(): Promise<number>;
  dispose(): void;
}
