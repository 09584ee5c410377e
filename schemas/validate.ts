/**
 * Validates values with functions that are generated from the schemas and loaded on first use. All
 * errors are reported at once. The policy's schema fills in its defaults.
 */
import { createRequire } from 'node:module';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { AgentDocument } from './generated/agent.ts';
import type { ApprovalDecision } from './generated/approval.ts';
import type { CatalogDocument } from './generated/catalog.ts';
import type { CommandRequest } from './generated/command.ts';
import type { FleetRecord } from './generated/fleet.ts';
import type { Heartbeat } from './generated/heartbeat.ts';
import type { IncidentsDocument } from './generated/incident.ts';
import type { OrphanDecision } from './generated/orphan.ts';
import type { PlanDocument } from './generated/plan.ts';
import type { PolicyDocument } from './generated/policy.ts';
import type { SilencesDocument } from './generated/silences.ts';
import type { AgentRecord } from './generated/status.ts';
import type { WebhookCursor } from './generated/webhook-cursor.ts';
import type { WebhookEvent } from './generated/webhook-event.ts';

export type Documents = {
  agent: AgentDocument;
  approval: ApprovalDecision;
  catalog: CatalogDocument;
  command: CommandRequest;
  fleet: FleetRecord;
  heartbeat: Heartbeat;
  incident: IncidentsDocument;
  orphan: OrphanDecision;
  plan: PlanDocument;
  policy: PolicyDocument;
  silences: SilencesDocument;
  status: AgentRecord;
  'webhook-cursor': WebhookCursor;
  'webhook-event': WebhookEvent;
};
export type SchemaName = keyof Documents;

/** One error: the keys to its place in the document, and a message. */
type SchemaProblem = { readonly keys: readonly string[]; readonly message: string };

type Validated<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

const require = createRequire(import.meta.url);

/** Changes `value` only by filling in the schema's defaults. */
export function validate<Name extends SchemaName>(
  name: Name,
  value: unknown,
): Validated<Documents[Name]> {
  const check = validatorOf(name);
  if (check(value)) return { ok: true, value: value as Documents[Name] };
  const problems = (check.errors ?? []).filter(saysSomething).map(problemOf);
  return { ok: false, problems: withoutRepeats(problems) };
}

function validatorOf(name: SchemaName): ValidateFunction {
  return require(`./generated/${name}-validator.cjs`) as ValidateFunction;
}

/** Leaves out errors of `if` and `propertyNames`, whose branches report the reason. */
function saysSomething(error: ErrorObject): boolean {
  return error.keyword !== 'if' && error.keyword !== 'propertyNames';
}

function problemOf(error: ErrorObject): SchemaProblem {
  const keys = error.instancePath.split('/').slice(1).map(unescaped);
  switch (error.keyword) {
    case 'additionalProperties':
      return {
        keys: [...keys, String(error.params['additionalProperty'])],
        message: 'is not a known field',
      };
    case 'required':
      return { keys: [...keys, String(error.params['missingProperty'])], message: 'is missing' };
    case 'enum':
      return {
        keys,
        message: `must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}`,
      };
    case 'format':
      // The schemas use no format but `date-time`.
      return { keys, message: 'must be a time such as 2026-11-29T22:00:00Z' };
    case 'const':
      return { keys, message: `must be ${String(error.params['allowedValue'])}` };
    case 'not':
      // The schemas use `not` for names of environment variables and for texts for people.
      return error.propertyName === undefined
        ? { keys, message: 'must not hold control or direction characters' }
        : {
            keys: [...keys, error.propertyName],
            message: 'is a name that changes what programs load, run or reach: take another one',
          };
    default: {
      const name = error.propertyName === undefined ? [] : [error.propertyName];
      return { keys: [...keys, ...name], message: error.message ?? 'is invalid' };
    }
  }
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function withoutRepeats(problems: readonly SchemaProblem[]): readonly SchemaProblem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = `${problem.keys.join('/')} ${problem.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
