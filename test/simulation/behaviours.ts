/**
 * The faults of a simulated world, each by its name, so that it can be played alone or left out.
 * A trait is a property of a whole seed; a fault is drawn while it is played; an act is a person's.
 */
import type { Randomness } from '../../local-cloud/randomness.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { callFaults } from './faults.ts';
import { providerFaults } from './provider-faults.ts';
import type { Strike } from './strike.ts';

type Behaviour = {
  /** whether it is played by default */
  readonly on: boolean;
  /** of a trait, how many seeds of a hundred have it; of a fault, how often it is drawn */
  readonly weight: number;
};

export const traits = {
  // how Stripe delivers
  eventsLost: { on: true, weight: 30 },
  eventsDoubled: { on: true, weight: 30 },
  eventsLate: { on: true, weight: 30 },
  eventsReordered: { on: true, weight: 50 },
  resyncBeside: { on: true, weight: 50 },
  // Hetzner
  sshByFirewall: { on: true, weight: 100 },
  firewallsLag: { on: true, weight: 50 },
  addressesLinger: { on: true, weight: 50 },
  // people
  neverApproves: { on: true, weight: 25 },
  daysPass: { on: true, weight: 30 },
  commands: { on: true, weight: 60 },
  typeByHand: { on: true, weight: 30 },
  firewallsByHand: { on: true, weight: 30 },
  labelsByHand: { on: true, weight: 30 },
  severalCancel: { on: true, weight: 30 },
  /** a server with a label that it ran is not rolled back, whatever its record contains */
  handLabelsCount: { on: true, weight: 100 },
} as const satisfies Record<string, Behaviour>;

const faultWeights = {
  soldOut: { on: true, weight: 3 },
  terraformFails: { on: true, weight: 3 },
  diesBefore: { on: true, weight: 5 },
  diesAfter: { on: true, weight: 5 },
  answersLost: { on: true, weight: 5 },
  effectsFail: { on: true, weight: 5 },
  callsFail: { on: true, weight: 10 },
  listingsLie: { on: true, weight: 3 },
  createAppearsLate: { on: true, weight: 4 },
  getByIdLags: { on: true, weight: 3 },
  getByNameLags: { on: true, weight: 3 },
  serverListLags: { on: true, weight: 3 },
  deviceListLags: { on: true, weight: 3 },
  bucketListLags: { on: true, weight: 3 },
  serverDenied: { on: true, weight: 3 },
  clockWrong: { on: true, weight: 3 },
  serverUnknown: { on: true, weight: 2 },
  serverInitializing: { on: true, weight: 2 },
  serverLocked: { on: true, weight: 2 },
  hostFails: { on: true, weight: 3 },
  deviceExpires: { on: true, weight: 3 },
  deviceRenamed: { on: true, weight: 3 },
  readingsOverlap: { on: true, weight: 3 },
  wrongToken: { on: true, weight: 2 },
  refLags: { on: true, weight: 3 },
  mainRewound: { on: true, weight: 2 },
  statusRewound: { on: true, weight: 2 },
} as const satisfies Record<keyof typeof faults, Behaviour>;

const faults = { ...callFaults, ...providerFaults } as const satisfies Record<string, Strike>;

export type TraitName = keyof typeof traits;
type FaultName = keyof typeof faults;
export type BehaviourName = TraitName | FaultName;

const behaviours: Readonly<Record<BehaviourName, Behaviour>> = { ...traits, ...faultWeights };
export const behaviourNames = Object.keys(behaviours).sort() as readonly BehaviourName[];

/** Faults of calls, and those of the world: each kind is drawn by itself. */
export const callFaultNames = [...namesOf(callFaults), 'soldOut', 'terraformFails'] as const;
export const worldFaultNames = namesOf(faults).filter(
  (name) => !(callFaultNames as readonly FaultName[]).includes(name),
);

function namesOf<Name extends string>(some: Readonly<Record<Name, Strike>>): readonly Name[] {
  return Object.keys(some).sort() as Name[];
}

export function usualBehaviours(): ReadonlySet<BehaviourName> {
  return new Set(behaviourNames.filter((name) => behaviours[name].on));
}

/** One of the enabled faults begins; its description, or null without any. */
export function strike(
  world: FakeWorld,
  random: Randomness,
  drawn: readonly FaultName[],
): string | null {
  let place = random.below(drawn.reduce((sum, name) => sum + faultWeights[name].weight, 0));
  for (const name of drawn) {
    const { weight } = faultWeights[name];
    if (place < weight) return `${name}: ${faults[name]({ world, random }) ?? '-'}`;
    place -= weight;
  }
  return null;
}

/** Calls succeed again. Delays and wrong answers end by themselves. */
export function calm(world: FakeWorld): void {
  world.calm();
  world.project.soldOut.clear();
  world.terraform.mishaps.length = 0;
}
