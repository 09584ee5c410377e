/**
 * Decides whether a Terraform plan may be applied. Terraform never decides: what it plans is held
 * against the change that was asked for, and anything more is refused.
 *
 * | change           | may plan                                        |
 * |------------------|-------------------------------------------------|
 * | create, resume   | creates; after an import updates or nothing     |
 * | repair, resize   | updates                                         |
 * | retire, rollback | deletes of exactly the recorded ids             |
 * | the shared stack | creates, and updates of exactly the fleet's ids |
 */
import { impossible } from '../failure.ts';

export type GateExpectation =
  | { readonly allow: 'creates' }
  | { readonly allow: 'updates' }
  | { readonly allow: 'deletes'; readonly ids: readonly string[] }
  /** the stack that the fleet shares: `ids` are of its firewalls and its key that exist */
  | { readonly allow: 'shared'; readonly ids: readonly string[] };

/** What Terraform means to do with one resource. A replacement is both a delete and a create. */
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
  readonly type: string;
  readonly action: PlannedAction;
  /** the provider's id before the change; null for one that is not there yet */
  readonly id: string | null;
};

export type GateVerdict =
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

/** Why this effect was not asked for; null where it was. */
function objection(expectation: GateExpectation, effect: PlannedResource): string | null {
  const doing = `${effect.action} of ${effect.id ?? 'a new resource'}`;
  switch (expectation.allow) {
    case 'creates':
      // An update after an import fills in what the import could not read.
      return effect.action === 'create' || effect.action === 'update'
        ? null
        : `${doing}, only creates were asked for`;
    case 'updates':
      return effect.action === 'update' ? null : `${doing}, only updates were asked for`;
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
