/**
 * What each kind of change is. A rule that depends on nothing but the kind of a change reads this
 * table; no other file lists kinds for a rule of its own.
 */
import type { Change } from '../../../schemas/generated/plan.ts';
import type { Phase, Step } from './recorded.ts';

export type ChangeKind = Change['kind'];

type Trait =
  /** a server is paid for because of it: its own, or that of the create which has to follow */
  | 'makes'
  /** a server is deleted */
  | 'ends'
  /** that server may have run: budgets count its end, and beyond them a person has to approve */
  | 'needsApproval'
  /** a running agent is interrupted */
  | 'disturbs'
  /** keeps a server as its file asks: while it waits, rows further down the decision table go on */
  | 'keepsUp'
  /** waits for a complete reading and for clocks that agree: what was not seen is unknown */
  | 'needsWholeReading'
  /** a failure uses up one of the attempts that a revision has */
  | 'countsAsAttempt'
  /** goes through the steps that the customer sees, and ends with a verified server */
  | 'bringsUp'
  /** may open port 22, which is closed at the end of the attempt in any case */
  | 'opensPort22';

export type KindOfChange = {
  readonly traits: readonly Trait[];
  /** the agent's phase meanwhile, where its steps have none of their own; null: as before */
  readonly phase: Phase | null;
  /**
   * what Terraform may do to its server; of updates, to these attributes alone; null: it is not asked
   */
  readonly gate: 'creates' | 'deletes' | { readonly updates: readonly string[] } | null;
  /** in order; one that has nothing to do may be left out */
  readonly steps: readonly Step[];
};

export const changeKinds = {
  create: {
    traits: ['makes', 'bringsUp', 'countsAsAttempt', 'needsWholeReading', 'opensPort22'],
    phase: 'creating',
    gate: 'creates',
    steps: ['lease', 'vm', 'boot', 'configure', 'join', 'verify'],
  },
  resume: {
    traits: ['bringsUp', 'countsAsAttempt', 'opensPort22'],
    phase: 'creating',
    gate: { updates: ['labels', 'name'] },
    steps: ['lease', 'vm', 'boot', 'configure', 'join', 'verify'],
  },
  rollback: {
    traits: ['ends', 'needsWholeReading'],
    phase: null,
    gate: 'deletes',
    steps: ['lease', 'server', 'device', 'state'],
  },
  replace: {
    traits: ['makes', 'ends', 'needsApproval', 'needsWholeReading'],
    phase: 'updating',
    gate: 'deletes',
    steps: ['lease', 'vm', 'server', 'device', 'state'],
  },
  adopt: {
    traits: ['countsAsAttempt', 'needsWholeReading'],
    phase: 'updating',
    gate: null,
    steps: ['lease', 'server'],
  },
  power: {
    traits: ['keepsUp', 'disturbs'],
    phase: null,
    gate: null,
    steps: ['lease', 'power'],
  },
  resize: {
    traits: ['keepsUp', 'disturbs'],
    phase: 'updating',
    gate: { updates: ['labels', 'server_type'] },
    steps: ['lease', 'resize'],
  },
  repair: {
    traits: ['keepsUp', 'opensPort22'],
    phase: 'updating',
    gate: { updates: ['labels', 'name'] },
    steps: ['lease', 'repair', 'state'],
  },
  configure: {
    traits: ['keepsUp', 'disturbs', 'opensPort22'],
    phase: 'updating',
    gate: null,
    steps: ['lease', 'configure'],
  },
  retire: {
    traits: ['ends', 'needsApproval', 'needsWholeReading'],
    phase: 'retiring',
    gate: 'deletes',
    steps: ['lease', 'power', 'device', 'server', 'address', 'state'],
  },
  giveUp: {
    traits: ['needsWholeReading'],
    phase: null,
    gate: null,
    steps: ['lease'],
  },
  destroyOrphan: {
    traits: ['ends', 'needsWholeReading'],
    phase: null,
    gate: 'deletes',
    steps: [],
  },
} as const satisfies Readonly<Record<ChangeKind, KindOfChange>>;

/** The kinds of which a trait is so. */
export type KindThat<T extends Trait> = {
  [Kind in ChangeKind]: T extends (typeof changeKinds)[Kind]['traits'][number] ? Kind : never;
}[ChangeKind];

export function isKindThat<T extends Trait>(kind: ChangeKind, trait: T): kind is KindThat<T> {
  const { traits }: KindOfChange = changeKinds[kind];
  return traits.includes(trait);
}

export function isChangeThat<T extends Trait>(
  change: Change,
  trait: T,
): change is Extract<Change, { kind: KindThat<T> }> {
  return isKindThat(change.kind, trait);
}

/** Hetzner's ids of the servers that it deletes: none where a retirement only clears what is left. */
export function endedServers(change: Change): readonly string[] {
  switch (change.kind) {
    case 'retire':
      return change.servers;
    case 'replace':
    case 'rollback':
      return [change.server];
    case 'destroyOrphan':
      return change.resource === 'server' ? [change.id] : [];
    default:
      return [];
  }
}
