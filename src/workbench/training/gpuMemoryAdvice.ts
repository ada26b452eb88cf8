import type { NetworkSettings } from '../../settings/learner.ts';
import type { FailureCause } from '../../training/protocol.ts';
import type { MessageAction } from '../messages.ts';

/** A network that takes less memory than another one, and begins untrained. */
export interface SmallerNetwork {
  readonly network: NetworkSettings;
  /** On a button. */
  readonly label: string;
  /** What came of it, as a sentence. */
  readonly told: string;
}

/** How a worker is replaced that stopped, or cannot do what is asked of it. */
export interface Replacement {
  /** The learner goes on from what is kept of it. */
  startAgain(): void;
  /** The same on WebAssembly, from now on; `forGood`: at later visits, too. */
  goOnWithoutGpu(forGood: boolean): void;
  /** A smaller network learns anew. */
  startSmaller(smaller: SmallerNetwork): void;
}

/** What a person can do about a worker that stopped: a sentence where there is a choice, and a button for each. */
export interface Advice {
  readonly sentence: string | null;
  readonly actions: readonly MessageAction[];
}

/** The fewest filters that a network can have. */
const MIN_WIDTH = 4;
const SMALLER = 'Use a smaller network';

/**
 * Networks that take less memory: one that is shown the picture at half the size (the picture itself and its labels stay as
 * they are: nobody wants their strokes redrawn), and one with half the filters and no pretrained layers, whose maps take the
 * most, or with a level less. Fewer, where a network is as small as it can be.
 */
function smallerNetworks(network: NetworkSettings): SmallerNetwork[] {
  const { kind, width, depth, stride } = network;
  const smaller: SmallerNetwork[] = [];
  if (stride < 4) {
    smaller.push({
      network: { ...network, stride: stride === 1 ? 2 : 4 },
      label: 'Reduce the picture for the network',
      told: 'The network is shown the picture at half the size now and learns anew; the picture and its labels stay as they are.',
    });
  }
  const isPretrained = kind === 'pretrained';
  if (width > MIN_WIDTH || isPretrained) {
    const filters = Math.max(MIN_WIDTH, Math.floor(width / 2));
    smaller.push({
      network: { ...network, kind: isPretrained ? 'unet' : kind, width: filters },
      label: SMALLER,
      told: `The network has ${filters} filters${isPretrained ? ' and no pretrained layers' : ''} now and learns anew; your labels were kept.`,
    });
  } else if (depth > 1) {
    smaller.push({
      network: { ...network, depth: depth - 1 },
      label: SMALLER,
      told: 'The network is one level less deep now and learns anew; your labels were kept.',
    });
  }
  return smaller;
}

/** What can be done after the worker stopped for `cause` while it trained `network`. */
export function adviceFor(cause: FailureCause | null, network: NetworkSettings, replacement: Replacement): Advice {
  const again = { label: 'Start again', run: () => replacement.startAgain() };
  const onWasm = { label: 'Train with WebAssembly', run: () => replacement.goOnWithoutGpu(cause === 'gpu') };
  if (cause === null) return { sentence: null, actions: [again] };
  if (cause === 'gpu') return { sentence: null, actions: [again, onWasm] };
  const smaller = smallerNetworks(network);
  return {
    sentence:
      smaller.length === 0
        ? 'WebAssembly trains on without the graphics processor, more slowly.'
        : 'A smaller picture or network learns anew; WebAssembly goes on from what was kept, more slowly.',
    actions: [...smaller.map((way) => ({ label: way.label, run: () => replacement.startSmaller(way) })), onWasm],
  };
}
