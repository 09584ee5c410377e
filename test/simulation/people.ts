/** The people who act on a world from outside, and how often each act is drawn. */
import type { Randomness } from '../../local-cloud/randomness.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { type Act, agentsMax } from './act.ts';
import {
  cancelsHere,
  moves,
  reprovisions,
  restores,
  retires,
  retries,
  starts,
  stops,
} from './commands.ts';
import { breaks, labelsByHand, opensFirewalls, resizesByHand } from './console.ts';
import {
  announces,
  bankReturns,
  buysBigger,
  cancels,
  isPastDue,
  pays,
  renews,
} from './customers.ts';
import {
  breaksFile,
  edited,
  goesOn,
  halts,
  iso,
  pauses,
  removes,
  resumes,
  reverts,
  specOf,
  takesBack,
} from './operators.ts';
import { reviews } from './reviewers.ts';

/** Acts that only some seeds have, by the names of their traits. */
type ActName = 'commands' | 'typeByHand' | 'labelsByHand' | 'firewallsByHand';

const acts: readonly (readonly [weight: number, act: Act, of?: ActName])[] = [
  [14, pays],
  [3, cancels],
  [3, isPastDue],
  [2, announces],
  [3, buysBigger],
  [3, renews],
  [1, bankReturns],
  [3, edited(() => ({ power: 'stopped' }))],
  [4, edited(() => ({ power: 'running' }))],
  [2, edited((world, _random, n) => ({ revision: (specOf(world, n)?.revision ?? 1) + 1 }))],
  [2, edited((_world, random) => ({ config: { model: `m${random.below(4)}` } }))],
  [
    1,
    edited((world) => ({ hold: { reason: 'wait', since: iso(world, 0), until: iso(world, 90) } })),
  ],
  [1, edited((world) => ({ retired: { at: iso(world, 0), by: 'person', reason: 'abuse' } }))],
  [1, edited(() => ({ retired: undefined }))],
  [3, reverts],
  [2, removes],
  [1, breaksFile],
  [1, halts],
  [3, resumes],
  [1, pauses],
  [3, goesOn],
  [2, takesBack],
  [2, (world, random) => reviews(world, random.below(2) === 0)],
  ...breaks.map((act) => [1, act] as const),
  [2, starts, 'commands'],
  [1, stops, 'commands'],
  [1, retries, 'commands'],
  [2, restores, 'commands'],
  [1, cancelsHere, 'commands'],
  [1, retires, 'commands'],
  [3, reprovisions, 'commands'],
  [2, moves, 'commands'],
  [2, resizesByHand, 'typeByHand'],
  [3, labelsByHand, 'labelsByHand'],
  [3, opensFirewalls, 'firewallsByHand'],
];

/** One act of a person; its description, or null where there was nothing to act on. */
export async function act(
  world: FakeWorld,
  random: Randomness,
  has: (name: ActName) => boolean,
): Promise<string | null> {
  const drawn = acts.filter(([, , of]) => of === undefined || has(of));
  let place = random.below(drawn.reduce((sum, [weight]) => sum + weight, 0));
  const n = 1 + random.below(agentsMax);
  for (const [weight, one] of drawn) {
    if (place < weight) return one(world, random, n);
    place -= weight;
  }
  return null;
}
