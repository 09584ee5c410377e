/**
 * The gate: decides whether a Terraform plan may be applied. The planned actions are compared with
 * the requested change, and any further action is refused. The table of kinds
 * (core/fleet/change-kinds) says what each kind of change may plan; the shared stack may plan
 * creates, and updates of the fleet's ids.
 *
 * A create never updates: with a state that holds another server Terraform would rename and relabel
 * that server, which would forge its proof of ownership.
 */
import { Failure, impossible } from '../failure.ts';
import { type ChangeKind, changeKinds, type KindOfChange } from '../fleet/change-kinds.ts';

export type GateExpectation =
  | { readonly allow: 'creates' }
  | {
      readonly allow: 'updates';
      readonly ids: readonly string[];
      /** names of the provider's attributes, e.g. `labels` */
      readonly attributes: readonly string[];
    }
  | { readonly allow: 'deletes'; readonly ids: readonly string[] }
  /** the shared stack: `ids` are those of its existing firewalls and key */
  | { readonly allow: 'shared'; readonly ids: readonly string[] };

/** What Terraform plans for one resource. A replacement is both a delete and a create. */
export type PlannedAction =
  | 'create'
  | 'update'
  | 'delete'
  | 'replace'
  | 'none'
  | 'forget'
  | 'unknown';

export type PlannedResource = {
  /** Terraform's address, e.g. `hcloud_server.agent` */
  readonly address: string;
  readonly action: PlannedAction;
  /** the provider's id before the change; null for a new resource */
  readonly id: string | null;
  /** the attributes that an update changes, sorted; empty for every other action */
  readonly changed: readonly string[];
};

/** Attributes that Hetzner does not store: an import lacks them, and the next update sets them. */
export const filledByImport: readonly string[] = [
  'allow_deprecated_images',
  'ignore_remote_firewall_ids',
  'keep_disk',
  'shutdown_before_deletion',
];

/**
 * What a kind of change may do to these ids; after an import also to the attributes that it lacks.
 */
export function expectationOf(
  kind: ChangeKind,
  ids: readonly string[] = [],
  isImported = false,
): GateExpectation {
  const { gate: allowed }: KindOfChange = changeKinds[kind];
  if (allowed === null) throw new Failure('Bug', `a ${kind} asks nothing of Terraform`);
  if (allowed === 'creates') return { allow: 'creates' };
  if (allowed === 'deletes') return { allow: 'deletes', ids };
  const filled = isImported ? filledByImport : [];
  return { allow: 'updates', ids, attributes: [...allowed.updates, ...filled] };
}

type GateVerdict =
  | { readonly kind: 'allowed'; readonly effects: readonly PlannedResource[] }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

export function gate(
  expectation: GateExpectation,
  resources: readonly PlannedResource[],
): GateVerdict {
  const effects = resources.filter((resource) => resource.action !== 'none');
  const reasons = effects.flatMap((effect) => {
    const reason = objection(expectation, effect);
    return reason === null ? [] : [`${effect.address}: ${reason}`];
  });
  if (reasons.length > 0) return { kind: 'refused', reasons: reasons.sort() };
  return { kind: 'allowed', effects };
}

/** Why this effect was not requested; null if it was. */
function objection(expectation: GateExpectation, effect: PlannedResource): string | null {
  const doing = `${effect.action} of ${effect.id ?? 'a new resource'}`;
  switch (expectation.allow) {
    case 'creates':
      return effect.action === 'create' ? null : `${doing}, only creates were asked for`;
    case 'updates':
      if (effect.action !== 'update') return `${doing}, only updates were asked for`;
      return objectionToUpdate(expectation, effect, doing);
    case 'deletes':
      if (effect.action !== 'delete') return `${doing}, only deletes were asked for`;
      return effect.id !== null && expectation.ids.includes(effect.id)
        ? null
        : `${doing}, which is not recorded as the agent's`;
    case 'shared':
      if (effect.action === 'create') return null;
      if (effect.action !== 'update') return `${doing}, only creates and updates were asked for`;
      return effect.id !== null && expectation.ids.includes(effect.id)
        ? null
        : `${doing}, which is not one of the fleet's`;
    default:
      return impossible(expectation);
  }
}

function objectionToUpdate(
  { ids, attributes }: GateExpectation & { readonly allow: 'updates' },
  { id, changed }: PlannedResource,
  doing: string,
): string | null {
  if (id === null || !ids.includes(id)) return `${doing}, which is not recorded as the agent's`;
  const beyond = changed.filter((name) => !attributes.includes(name));
  return beyond.length === 0
    ? null
    : `${doing} changes ${beyond.join(', ')}, which nothing asks for`;
}
