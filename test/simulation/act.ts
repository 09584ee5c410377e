/** An act of a person in a world; its description, or null where there was nothing to act on. */
import type { Randomness } from '../../local-cloud/randomness.ts';
import type { FakeWorld } from '../fakes/world.ts';

export type Act = (
  world: FakeWorld,
  random: Randomness,
  n: number,
) => string | null | Promise<string | null>;

export const agentsMax = 6;
