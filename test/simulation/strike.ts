/** Something that goes wrong from now on: what it was, or null where there was nothing to befall. */
import type { Randomness } from '../../local-cloud/randomness.ts';
import type { FakeWorld } from '../fakes/world.ts';

export type Strike = (struck: {
  readonly world: FakeWorld;
  readonly random: Randomness;
}) => string | null;
