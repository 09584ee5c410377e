/** A fault that begins: its description, or null where it had no object. */
import type { Randomness } from '../../local-cloud/randomness.ts';
import type { FakeWorld } from '../fakes/world.ts';

export type Strike = (struck: {
  readonly world: FakeWorld;
  readonly random: Randomness;
}) => string | null;
