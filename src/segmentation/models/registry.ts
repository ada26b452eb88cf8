import type { NetworkKind, NetworkSettings } from '../../settings/learner.ts';
import { contextNet } from './context.ts';
import type { NetworkDescription } from './networkOps.ts';
import { plainUnet } from './plainUnet.ts';
import { pretrainedUnet } from './pretrainedUnet.ts';
import { unet } from './unet.ts';

const NETWORKS: Readonly<Record<NetworkKind, (width: number, depth: number, stride: number) => NetworkDescription>> = {
  unet,
  context: contextNet,
  plainUnet,
  pretrained: pretrainedUnet,
};

/** The network that `settings` ask for. */
export function networkFor(settings: NetworkSettings): NetworkDescription {
  return NETWORKS[settings.kind](settings.width, settings.depth, settings.stride);
}
