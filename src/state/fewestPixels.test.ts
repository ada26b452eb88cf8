import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterNews, type FewestPixels, type GameNews, GOAL_TRUE_MEAN_IOU, NO_GAME } from './fewestPixels.ts';

const play = (...news: readonly GameNews[]): FewestPixels => news.reduce(afterNews, NO_GAME);

const BEGUN = [{ type: 'started' }, { type: 'forgot' }] as const satisfies readonly GameNews[];

describe('a round', () => {
  test('is won with what is labeled when the goal is reached', () => {
    const game = play(
      ...BEGUN,
      { type: 'stepped', labeledPx: 40 },
      { type: 'scored', trueMeanIou: 0.5, labeledPx: 40 },
      { type: 'stepped', labeledPx: 60 },
      { type: 'scored', trueMeanIou: GOAL_TRUE_MEAN_IOU, labeledPx: 64 },
    );
    expect(game).toEqual({ phase: 'won', paintedPx: 64, trueMeanIou: GOAL_TRUE_MEAN_IOU });
  });

  test('counts what was learned and then erased', () => {
    const game = play(
      ...BEGUN,
      { type: 'stepped', labeledPx: 5000 },
      { type: 'stepped', labeledPx: 10 },
      { type: 'scored', trueMeanIou: 0.95, labeledPx: 10 },
    );
    expect(game).toMatchObject({ phase: 'won', paintedPx: 5000 });
  });

  test('does not count what a learner knew that was cleared', () => {
    const game = play(
      ...BEGUN,
      { type: 'stepped', labeledPx: 5000 },
      { type: 'forgot' },
      { type: 'stepped', labeledPx: 10 },
      { type: 'scored', trueMeanIou: 0.95, labeledPx: 10 },
    );
    expect(game).toMatchObject({ phase: 'won', paintedPx: 10 });
  });

  test('is not won by the learner that was there before it', () => {
    const late = { type: 'scored', trueMeanIou: 0.99, labeledPx: 0 } as const;
    expect(play({ type: 'started' }, late)).toEqual({ phase: 'clearing' });
    expect(play(late)).toBe(NO_GAME);
  });

  test('goes on just below the goal, and without a score', () => {
    const game = play(...BEGUN, { type: 'scored', trueMeanIou: 0.8999, labeledPx: 7 });
    expect(game).toEqual({ phase: 'playing', learnedPx: 0, trueMeanIou: 0.8999 });
    expect(afterNews(game, { type: 'scored', trueMeanIou: null, labeledPx: 7 })).toMatchObject({ trueMeanIou: null });
  });

  test('ends when it is left; one that is won stays won until the next', () => {
    expect(play(...BEGUN, { type: 'left' })).toBe(NO_GAME);
    const won = play(...BEGUN, { type: 'scored', trueMeanIou: 1, labeledPx: 3 });
    for (const news of [
      { type: 'left' },
      { type: 'forgot' },
      { type: 'stepped', labeledPx: 9 },
      { type: 'scored', trueMeanIou: 0.1, labeledPx: 9 },
    ] as const) {
      expect(afterNews(won, news)).toBe(won);
    }
    expect(afterNews(won, { type: 'started' })).toEqual({ phase: 'clearing' });
  });
});

const anyNews: fc.Arbitrary<GameNews> = fc.oneof(
  fc.constant({ type: 'forgot' } as const),
  fc.record({ type: fc.constant('stepped' as const), labeledPx: fc.nat(1000) }),
  fc.record({
    type: fc.constant('scored' as const),
    trueMeanIou: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    labeledPx: fc.nat(1000),
  }),
);

test('whatever happens, no round is won below the goal or with fewer pixels than were learned from last', () => {
  fc.assert(
    fc.property(fc.array(anyNews, { maxLength: 40 }), (news) => {
      let game = play(...BEGUN);
      let learnedPx = 0;
      for (const item of news) {
        const former = game;
        game = afterNews(game, item);
        if (item.type === 'forgot') learnedPx = 0;
        if (item.type === 'stepped' && former.phase === 'playing') learnedPx = Math.max(learnedPx, item.labeledPx);
        if (game.phase === 'won' && former.phase !== 'won') {
          if (item.type !== 'scored') throw new Error('Only a score wins.');
          expect(game.trueMeanIou).toBeGreaterThanOrEqual(0.9);
          expect(game.paintedPx).toBe(Math.max(item.labeledPx, learnedPx));
        }
      }
    }),
  );
});
