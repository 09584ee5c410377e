/**
 * Seeded randomness: the same seed and the same calls give the same ids and addresses.
 *
 * Not for secrets. The generator is SplitMix64, which needs one 64-bit word of state and passes the
 * usual statistical batteries.
 */
export type Randomness = {
  /** A whole number from 0 up to, not including, `n`. */
  below(n: number): number;
  /** That many lower-case hexadecimal digits. */
  hex(chars: number): string;
  /** That many of `[A-Za-z0-9]`. */
  token(chars: number): string;
  /**
   * A separate stream that depends only on the seed and the name: the draws of one API do not
   * change the ids of another. The same name starts the same stream again.
   */
  fork(name: string): Randomness;
};

const word = 64;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function createRandomness(seed: number): Randomness {
  return randomnessOf(BigInt.asUintN(word, BigInt(Math.trunc(seed))));
}

function randomnessOf(seed: bigint): Randomness {
  let state = seed;

  const below = (n: number): number => {
    state = BigInt.asUintN(word, state + 0x9e3779b97f4a7c15n);
    const fraction = Number(mix(state) >> 11n) / 2 ** 53;
    return Math.floor(fraction * n);
  };
  const from = (letters: string, chars: number): string =>
    Array.from({ length: chars }, () => letters.charAt(below(letters.length))).join('');

  return {
    below,
    hex: (chars) => from('0123456789abcdef', chars),
    token: (chars) => from(alphabet, chars),
    fork: (name) => randomnessOf(mix(BigInt.asUintN(word, seed ^ hashOf(name)))),
  };
}

function mix(value: bigint): bigint {
  let z = value;
  z = BigInt.asUintN(word, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(word, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** FNV-1a, 64 bits, over the names of streams. */
function hashOf(name: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(name)) {
    hash = BigInt.asUintN(word, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash;
}
