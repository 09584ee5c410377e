/** The kinds of change. Rules that depend only on the kind of a change read this table. */
import type { Change } from '../../../schemas/generated/plan.ts';
import type { Phase, Step } from './recorded.ts';

export type ChangeKind = Change['kind'];

type Trait =
  /** adds the cost of a server: its own, or that of the create which must follow */
  | 'makes'
  /** deletes a server */
  | 'ends'
  /** the deleted server may have run: budgets count its end, and a burst needs an approval */
  | 'needsApproval'
  /** interrupts a running agent */
  | 'disturbs'
  /** keeps a server as its file asks; while it waits, the rows below still apply */
  | 'keepsUp'
  /** waits for a complete reading with a trusted clock */
  | 'needsWholeReading'
  /** a failure uses up one of the attempts that a revision has */
  | 'countsAsAttempt'
  /** goes through the phases that customers see, and ends with a verified server */
  | 'bringsUp'
  /** may open port 22, which the end of the attempt always closes */
  | 'opensPort22';

export type KindOfChange = {
  readonly traits: readonly Trait[];
  /** the agent's phase during the change, unless a step has its own; null: unchanged */
  readonly phase: Phase | null;
  /**
   * what Terraform may do to the server; updates only of these attributes; null: no Terraform apply
   */
  readonly gate: 'creates' | 'deletes' | { readonly updates: readonly string[] } | null;
  /** in order; a step that has nothing to do may be skipped */
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

/** The kinds that have a trait. */
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

/**
 * Hetzner's ids of the servers that a change deletes; none if a retirement only clears leftovers.
 */
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
