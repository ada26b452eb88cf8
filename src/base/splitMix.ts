const GAMMA = 0x9e37_79b9;

/** Mixes the bits of a 32-bit number: the finaliser of SplitMix32, after Steele, Lea & Flood 2014. */
function mixed(word: number): number {
  let z = word >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0_aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a_2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** A 32-bit number that depends on all of these, in their order: texts character by character, numbers as 32-bit ones. */
export function hash32(...parts: readonly (number | string)[]): number {
  let hash = 0;
  const take = (word: number) => {
    hash = mixed(hash + GAMMA + mixed(word + GAMMA));
  };
  for (const part of parts) {
    if (typeof part === 'number') {
      take(part);
      continue;
    }
    for (let i = 0; i < part.length; i++) take(part.charCodeAt(i));
    // So that a text's end is where it is: "ab", "c" is another list than "a", "bc".
    take(part.length);
  }
  return hash;
}

/**
 * Random integers in `[0, 2³²)`, one after another, by SplitMix32. Written here: scenes, held-out strokes and figures
 * are made of these very numbers, which no newer version of a package may change.
 */
export function splitMix32(seed: number): () => number {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + GAMMA) >>> 0;
    return mixed(counter);
  };
}
