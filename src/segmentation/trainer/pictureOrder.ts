import type { LearnerSettings } from '../../settings/learner.ts';
import { Random } from '../random.ts';

/** Of the learner's seed, streams of their own: the order of pictures takes nothing from the other random numbers. */
const ORDER_STREAM = 2;
const CLASS_STREAM = 3;
/** Added to a class id. */
const PICTURES_OF_CLASS_STREAM = 100;

/** Which picture each step learns from, as an index; steps are counted from 0. */
export type PictureOrder = (step: number) => number;

/**
 * The order in which pictures are shown, of which `classesOf` has the labeled classes, at least one each. It depends on
 * them, the settings and the step alone, so that a saved learner goes on in the same order without saving it.
 */
export function pictureOrder(
  classesOf: readonly (readonly number[])[],
  { pictureOrder: kind, seed }: Pick<LearnerSettings, 'pictureOrder' | 'seed'>,
): PictureOrder {
  return kind === 'classes' ? byClasses(classesOf, seed) : (step) => pictureIndexAt(step, classesOf.length, seed);
}

/**
 * Which of `count` pictures step number `step` learns from: every epoch of `count` steps shows each of them once, in an
 * order that is shuffled anew (Fisher & Yates).
 */
export function pictureIndexAt(step: number, count: number, seed: number): number {
  const epoch = Math.floor(step / count);
  const random = Random.fromSeed(Random.fromSeed(seed, ORDER_STREAM).nextUint32(), epoch);
  const order = shuffled(
    Array.from({ length: count }, (_, i) => i),
    random,
  );
  return order[step % count] as number;
}

/** Classes that the same pictures have. Whichever of them is asked for, the pictures come in one shuffled order. */
interface ClassGroup {
  readonly pictures: readonly number[];
  readonly seed: number;
  /** The classes' places in a round. */
  readonly places: number[];
}

/**
 * Class-aware sampling (Shen, Lin & Huang 2016, "Relay Backpropagation for Effective Learning of Deep Convolutional
 * Neural Networks"): a round asks for every class once, and a class that is asked for shows the next of its
 * pictures, in an order that is shuffled anew whenever all of them were shown.
 *
 * The order of the classes is drawn once, so that of C classes each is seen in any C steps in a row; shuffled anew for
 * every round, one could wait for almost two. Classes of the same pictures share their walk through them: where every
 * picture has every class, the pictures come as without the classes.
 */
function byClasses(classesOf: readonly (readonly number[])[], seed: number): PictureOrder {
  const classes = [...new Set(classesOf.flat())].sort((a, b) => a - b);
  const round = shuffled(classes, Random.fromSeed(seed, CLASS_STREAM));
  const groups = new Map<string, ClassGroup>();
  const groupAt = round.map((classId, place) => {
    const pictures = classesOf.flatMap((ids, i) => (ids.includes(classId) ? [i] : []));
    const group = groups.get(pictures.join()) ?? { pictures, seed: walkSeed(seed, classId), places: [] };
    groups.set(pictures.join(), group);
    group.places.push(place);
    return group;
  });
  if (groups.size === 1) return (step) => pictureIndexAt(step, classesOf.length, seed);
  return (step) => {
    const place = step % round.length;
    const group = groupAt[place] as ClassGroup;
    const { pictures, places } = group;
    const visit = Math.floor(step / round.length) * places.length + places.indexOf(place);
    return pictures[pictureIndexAt(visit, pictures.length, group.seed)] as number;
  };
}

function walkSeed(seed: number, classId: number): number {
  return Random.fromSeed(seed, PICTURES_OF_CLASS_STREAM + classId).nextUint32();
}

/** A copy in an order of which each is equally likely (Fisher & Yates). */
function shuffled(values: readonly number[], random: Random): number[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
