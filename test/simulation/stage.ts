/** One simulated world with its reports and violations. */

import { createRandomness, type Randomness } from '../../local-cloud/randomness.ts';
import type { Failure } from '../../reconciler/core/failure.ts';
import type { RunRef } from '../../reconciler/core/fleet/run.ts';
import { fleetStackSpec } from '../../reconciler/core/stack/stack-spec.ts';
import { plantFleet } from '../fakes/fleet-stack.ts';
import { strictViolationsOf } from '../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/world.ts';
import { type BehaviourName, type TraitName, traits } from './behaviours.ts';
import { createReports, type Reports } from './reported.ts';
import { createService, type Service } from './service.ts';
import { createTimeOrder } from './time-order.ts';

export const minuteMs = 60_000;

export type Stage = {
  readonly world: FakeWorld;
  readonly service: Service;
  /** the source of random draws; a stream of its own for each purpose */
  readonly random: Readonly<Record<'play' | 'people' | 'faults' | 'world', Randomness>>;
  /** whether this seed's world has a trait */
  has(trait: TraitName): boolean;
  readonly played: ReadonlySet<BehaviourName>;
  /** what happened, a line each */
  readonly narrative: string[];
  /** how often the invariants were checked */
  steps: number;
  /** the run that failed last and is run again; null without one */
  again: RunRef | null;
  /** runs that were started */
  runs: number;
  /** those that have not ended */
  running: number;
  readonly reports: Reports;
  /** by agent: the last promised fresh VM, and when it was promised */
  readonly promised: Map<string, Promised>;
  readonly timeOrder: () => readonly string[];
  /** the failure of the last run of the schedule; null where it did not fail, or died */
  failure: Failure | null;
  /** why the last run triggered another one; null where it did not */
  asked: string | null;
  readonly violations: Set<string>;
};

export type Promised = { readonly revision: number; readonly atMs: number };

/** Ends a simulation: `violations` of its stage are the reasons. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant';
}

const policies = [
  '',
  'limits: {destroysPerHourCount: 40, missingCountMax: 40, createsPerCustomerPerHourMax: 40}\n',
  // So few would also make a reading implausible that lacks what two people deleted by hand.
  'limits: {destroysPerHourCount: 1, burstCount: 1, createsPerRunMax: 2, disruptionsPerRunMax: 2, missingPercentMax: 100}\n',
];

/** Few attempts, so that agents are given up within a seed's time. */
function refundPolicyOf(draw: number): string {
  const rest = (['keep', 'pause', 'cancel'] as const)[draw];
  if (rest === undefined) return '';
  return `retries: {delays: [1m]}\nrefund: {then: ${rest}, perDayMax: 1}\n`;
}

/** Few an hour in one seed of four, many in another, none in the others. */
function mailPolicyOf(draw: number): string {
  const perHourMax = [2, 60][draw];
  const kinds = 'running, failed, recovered, suspended, retiring, refunded';
  return perHourMax === undefined ? '' : `mail: {kinds: [${kinds}], perHourMax: ${perHourMax}}\n`;
}

export function createStage(seed: number, played: ReadonlySet<BehaviourName>): Stage {
  const random = createRandomness(seed);
  const has = (trait: TraitName) =>
    played.has(trait) && random.fork(`trait ${trait}`).below(100) < traits[trait].weight;
  const world = createFakeWorld({
    policy:
      (policies[seed % policies.length] ?? '') +
      refundPolicyOf(random.fork('refund').below(5)) +
      mailPolicyOf(random.fork('mail').below(4)),
    firewalls: random.fork('firewalls').below(2) === 0,
  });
  world.git.add('status', { subject: 'aura init', edits: { 'README.md': 'Status' } });
  world.hosts.sshNeedsBootstrap = true;
  world.hosts.firewallCounts = has('sshByFirewall');
  if (has('firewallsLag')) world.project.firewallLagMs = 8000;
  if (has('addressesLinger')) world.project.addressLagMs = 40_000;
  // A fleet of the same name whose token may be used by mistake.
  if (random.fork('otherProject').below(2) === 0)
    plantFleet(world.otherProject, fleetStackSpec(world.policy));
  const service = createService(world, random.fork('delivery'), {
    lost: has('eventsLost') ? 20 : 0,
    doubled: has('eventsDoubled') ? 30 : 0,
    late: has('eventsLate') ? 30 : 0,
    reordered: has('eventsReordered'),
  });
  return {
    world,
    service,
    random: {
      play: random.fork('play'),
      people: random.fork('people'),
      faults: random.fork('faults'),
      world: random.fork('world'),
    },
    has,
    played,
    narrative: [],
    steps: 0,
    again: null,
    runs: 0,
    running: 0,
    reports: createReports(world),
    promised: new Map(),
    timeOrder: createTimeOrder(world, service.versions),
    failure: null,
    asked: null,
    violations: new Set(),
  };
}

/** Records violations. Throws nothing, so that a flow may call it between two of its steps. */
export function lookAt(stage: Stage): void {
  stage.steps += 1;
  stage.reports.look();
  const handLabelsCount = stage.has('handLabelsCount');
  for (const violation of strictViolationsOf(stage.world))
    if (handLabelsCount || !violation.includes('marked as having run'))
      stage.violations.add(violation);
}

/** Records further violations. */
export function found(stage: Stage, violations: readonly string[]): void {
  for (const violation of violations) stage.violations.add(violation);
}

/** Ends the simulation where there are violations. */
export function checkStep(stage: Stage): void {
  lookAt(stage);
  found(stage, stage.timeOrder());
  if (stage.violations.size > 0) throw new BrokenInvariant([...stage.violations].join('\n'));
}
