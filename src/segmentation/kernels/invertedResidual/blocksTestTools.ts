import { IDLE_OPS, type InvertedResidualShape } from '../../models/networkOps.ts';
import { mobileNet, TAPS } from '../../pretrained/mobileNet.ts';

/** The blocks of MobileNet, each kind once. */
export const BLOCKS: readonly InvertedResidualShape[] = (() => {
  const found = new Map<string, InvertedResidualShape>();
  const ops = {
    ...IDLE_OPS,
    invertedResidual: (_x: null, _name: string, shape: InvertedResidualShape) => {
      found.set(JSON.stringify(shape), shape);
      return null;
    },
  };
  mobileNet(ops, null, TAPS.length);
  return [...found.values()];
})();
