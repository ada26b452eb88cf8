/** Adam's decay rates of its moments (Kingma & Ba 2015). */
export const BETA1 = 0.9;
export const BETA2 = 0.999;

/**
 * How many numbers an update multiplies with, whose bias corrections are folded in so that no vector is divided twice:
 *
 * - `adamw`: step size, share of a decayed parameter that is taken off, and what is added to the root of the second
 *   moment.
 * - `sgd`: learning rate, weight decay, momentum.
 */
export const UPDATE_NUMBERS = 3;
