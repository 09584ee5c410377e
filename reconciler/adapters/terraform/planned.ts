/**
 * Parses a plan's actions from its JSON (`terraform show -json`).
 * https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../core/failure.ts';
import type { PlannedAction, PlannedResource } from '../../core/stack/gate.ts';
import { Fields } from '../http/answer.ts';

export function plannedResources(plan: Fields): readonly PlannedResource[] {
  return plan.has('resource_changes') ? plan.objects('resource_changes').map(plannedResource) : [];
}

function plannedResource(resource: Fields): PlannedResource {
  const change = resource.object('change');
  const action = actionOf(change.list('actions'));
  const id = change.entries('before').get('id');
  return {
    address: resource.text('address'),
    action,
    id: typeof id === 'string' ? id : null,
    changed: action === 'update' ? changedIn(change) : [],
  };
}

/** Attributes that differ after the change, and those that are only known then. */
function changedIn(change: Fields): readonly string[] {
  const [before, after] = [change.entries('before'), change.entries('after')];
  const unknown = change.entries('after_unknown');
  return [...new Set([...before.keys(), ...after.keys(), ...unknown.keys()])]
    .filter(
      (name) =>
        unknown.get(name) === true ||
        !isDeepStrictEqual(before.get(name) ?? null, after.get(name) ?? null),
    )
    .sort();
}

function actionOf(actions: readonly unknown[]): PlannedAction {
  const names = actions.join(',');
  switch (names) {
    case 'no-op':
    case 'read':
      return 'none';
    case 'create':
    case 'update':
    case 'delete':
    case 'forget':
      return names;
    case 'delete,create':
    case 'create,delete':
      return 'replace';
    default:
      return 'unknown';
  }
}

/** The plan in the output of `terraform show -json`; `UnexpectedAnswer` if there is none. */
export function planIn(text: string): Fields {
  try {
    return new Fields(JSON.parse(text), "Terraform's plan");
  } catch (cause) {
    throw new Failure('UnexpectedAnswer', 'terraform show printed no plan', { cause });
  }
}
