/**
 * Parses Terraform's output: the plan's actions (`show -json`) and the diagnostics of a run
 * (`-json`). https://developer.hashicorp.com/terraform/internals/json-format
 */
import { isDeepStrictEqual } from 'node:util';
import { Failure, type FailureReason } from '../../core/failure.ts';
import type { PlannedAction, PlannedResource } from '../../core/stack/gate.ts';
import { reasonOfCode } from '../hetzner/errors.ts';

export function plannedResources(text: string): readonly PlannedResource[] {
  const plan = shownJson(text);
  const changes = field(plan, 'resource_changes');
  if (changes === undefined) return [];
  if (!Array.isArray(changes))
    throw new Failure('UnexpectedAnswer', 'the plan has no list of changes');
  return changes.map(plannedResource);
}

function plannedResource(change: unknown): PlannedResource {
  const address = field(change, 'address');
  const details = field(change, 'change');
  const actions = field(details, 'actions');
  if (typeof address !== 'string' || !Array.isArray(actions)) {
    throw new Failure('UnexpectedAnswer', 'a change of the plan has no address or actions');
  }
  const id = field(field(details, 'before'), 'id');
  const action = actionOf(actions);
  return {
    address,
    action,
    id: typeof id === 'string' ? id : null,
    changed: action === 'update' ? changedIn(details) : [],
  };
}

/** Attributes that differ after the change, and those that are only known then. */
function changedIn(details: unknown): readonly string[] {
  const [before, after] = [field(details, 'before'), field(details, 'after')];
  const unknown = field(details, 'after_unknown');
  const names = [before, after, unknown].flatMap((part) =>
    part !== null && typeof part === 'object' ? Object.keys(part) : [],
  );
  return [...new Set(names)]
    .filter(
      (name) =>
        field(unknown, name) === true ||
        !isDeepStrictEqual(field(before, name) ?? null, field(after, name) ?? null),
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

type Diagnostic = {
  readonly summary: string;
  readonly detail: string;
  /** of the resource; null if the diagnostic names none */
  readonly address: string | null;
};

/** The errors among the lines of a run with `-json`. */
export function diagnosticsOf(output: string): readonly Diagnostic[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const diagnostic = field(tolerant(line), 'diagnostic');
    if (field(diagnostic, 'severity') !== 'error') return [];
    const address = field(diagnostic, 'address');
    return [
      {
        address: typeof address === 'string' && address !== '' ? address : null,
        summary: String(field(diagnostic, 'summary') ?? ''),
        detail: String(field(diagnostic, 'detail') ?? ''),
      },
    ];
  });
}

/** Whether the provider reports that a name or a key is in use already. */
export function saysTaken(text: string): boolean {
  return /\buniqueness_error\b/.test(text);
}

/** The reason that the provider's error code gives; `otherwise` if there is none. */
export function reasonOf(
  diagnostics: readonly Diagnostic[],
  otherwise: FailureReason,
): FailureReason {
  for (const { summary, detail } of diagnostics) {
    for (const match of `${summary} ${detail}`.matchAll(/\b([a-z]+(?:_[a-z]+)*)\b/g)) {
      const reason = reasonOfCode.get(match[1] ?? '');
      // One-word codes occur in other sentences too: they count only in the provider's own form.
      if (
        reason !== undefined &&
        (match[1]?.includes('_') || `${summary} ${detail}`.includes(`(${match[1]}`))
      )
        return reason;
    }
  }
  return otherwise;
}

/** Parses the output of `terraform show -json`. Throws `UnexpectedAnswer` if it is not JSON. */
export function shownJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('UnexpectedAnswer', 'terraform show printed no JSON', { cause });
  }
}

function tolerant(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object'
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
