/** The game's goal: mean IoU by the exact mask. */
export const GOAL_TRUE_MEAN_IOU = 0.9;

/** A round of the game: reach the goal with the fewest painted pixels. */
export type FewestPixels =
  | { readonly phase: 'idle' }
  /** The strokes are cleared and the weights are about to be. */
  | { readonly phase: 'clearing' }
  | {
      readonly phase: 'playing';
      /** The largest number of labeled pixels that a step of this learner has used. */
      readonly learnedPx: number;
      /** True mean IoU of its newest prediction; `null` before there is one. */
      readonly trueMeanIou: number | null;
    }
  | {
      readonly phase: 'won';
      /** The result of the round. */
      readonly paintedPx: number;
      readonly trueMeanIou: number;
    };

/** What happens while a round is under way. */
export type GameNews =
  | { readonly type: 'started' }
  /** The weights were cleared. */
  | { readonly type: 'forgot' }
  /** It took a step while `labeledPx` pixels were labeled. */
  | { readonly type: 'stepped'; readonly labeledPx: number }
  /** It was scored by the exact mask. */
  | { readonly type: 'scored'; readonly trueMeanIou: number | null; readonly labeledPx: number }
  /** Given up; or another picture, another learner: what it knows was not learned in this round. */
  | { readonly type: 'left' };

export const NO_GAME: FewestPixels = { phase: 'idle' };

/** The game on pictures with an exact mask. */
export interface TruthGameSlice {
  /** The newest round; `idle` before there is one. */
  readonly round: FewestPixels;
  /** The best result on the open picture at this size, `null` before there is one. */
  readonly fewestPixels: number | null;
}

export const FIRST_TRUTH_GAME: TruthGameSlice = { round: NO_GAME, fewestPixels: null };

/**
 * The game after some news; the same object where they change nothing. What counts are the pixels that are labeled when
 * the goal is reached, or the most that the learner ever learned from, if that is more: what was erased since still taught it.
 */
export function afterNews(game: FewestPixels, news: GameNews): FewestPixels {
  if (news.type === 'started') return { phase: 'clearing' };
  if (news.type === 'left') return game.phase === 'won' ? game : NO_GAME;
  if (news.type === 'forgot') {
    const isUnderWay = game.phase === 'clearing' || game.phase === 'playing';
    return isUnderWay ? { phase: 'playing', learnedPx: 0, trueMeanIou: null } : game;
  }
  if (game.phase !== 'playing') return game;
  if (news.type === 'stepped') {
    return news.labeledPx <= game.learnedPx ? game : { ...game, learnedPx: news.labeledPx };
  }
  const { trueMeanIou, labeledPx } = news;
  if (trueMeanIou !== null && trueMeanIou >= GOAL_TRUE_MEAN_IOU) {
    return { phase: 'won', paintedPx: Math.max(labeledPx, game.learnedPx), trueMeanIou };
  }
  return trueMeanIou === game.trueMeanIou ? game : { ...game, trueMeanIou };
}
