/**
 * Reads a workflow file as far as GitHub's side of it goes: what starts it, and which jobs it has.
 * The steps of a job are read by the runner.
 */
import { parse } from 'yaml';

export type Fields = Readonly<Record<string, unknown>>;

type Concurrency = {
  readonly group: string;
  /** true, false, or an expression */
  readonly cancelInProgress: unknown;
};

export type Job = {
  readonly id: string;
  readonly needs: readonly string[];
  readonly condition: string | null;
  readonly environment: string | null;
  readonly concurrency: Concurrency | null;
  readonly permissions: Fields | null;
  /** an object, or an expression that makes one; null without a matrix */
  readonly matrix: unknown;
  readonly maxParallel: unknown;
  readonly failFast: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly timeoutMinutes: number;
  /** what the runner gets */
  readonly fields: Fields;
};

export type Workflow = {
  /** beneath `.github/workflows/` */
  readonly file: string;
  readonly name: string;
  readonly on: Readonly<Record<string, Fields>>;
  readonly crons: readonly string[];
  readonly concurrency: Concurrency | null;
  readonly permissions: Fields | null;
  readonly jobs: ReadonlyMap<string, Job>;
  readonly fields: Fields;
};

/** Minutes that a job may take unless it says otherwise. */
const timeoutMinutesUsual = 360;

/** Throws where GitHub would refuse the file, and for what the local cloud cannot run. */
export function readWorkflow(file: string, text: string): Workflow {
  const fields = fieldsOf(parse(text), 'a workflow');
  const on = triggersOf(fields['on']);
  const jobs = Object.entries(fieldsOf(fields['jobs'], 'jobs'));
  if (jobs.length === 0) throw new Error(`${file} has no jobs`);
  return {
    file,
    name: textOr(fields['name'], `.github/workflows/${file}`),
    on,
    crons: listOf(on['schedule']?.['entries']).map((one) => textOr(fieldsOf(one)['cron'], '')),
    concurrency: concurrencyOf(fields['concurrency']),
    permissions: permissionsOf(fields['permissions']),
    jobs: new Map(jobs.map(([id, job]) => [id, jobOf(id, fieldsOf(job, `job ${id}`))])),
    fields,
  };
}

function triggersOf(on: unknown): Workflow['on'] {
  if (typeof on === 'string') return { [on]: {} };
  if (Array.isArray(on)) return Object.fromEntries(on.map((name) => [String(name), {}]));
  const pairs = Object.entries(fieldsOf(on, 'on')).map(([name, filter]) => {
    return [name, Array.isArray(filter) ? { entries: filter } : fieldsOf(filter ?? {})] as const;
  });
  return Object.fromEntries(pairs);
}

function jobOf(id: string, fields: Fields): Job {
  for (const name of ['uses', 'container', 'services'])
    if (fields[name] !== undefined) throw new Error(`job ${id}: ${name} cannot be run here`);
  const strategy = fieldsOf(fields['strategy'] ?? {});
  const environment = fields['environment'];
  const outputs = Object.entries(fieldsOf(fields['outputs'] ?? {}));
  return {
    id,
    needs: listOf(fields['needs']).map(String),
    condition: fields['if'] === undefined ? null : String(fields['if']),
    environment:
      typeof environment === 'object' && environment !== null
        ? textOr(fieldsOf(environment)['name'], '')
        : textOrNull(environment),
    concurrency: concurrencyOf(fields['concurrency']),
    permissions: permissionsOf(fields['permissions']),
    matrix: strategy['matrix'] ?? null,
    maxParallel: strategy['max-parallel'] ?? null,
    failFast: strategy['fail-fast'] !== false,
    outputs: Object.fromEntries(outputs.map(([name, value]) => [name, String(value)])),
    timeoutMinutes: Number(fields['timeout-minutes'] ?? timeoutMinutesUsual),
    fields,
  };
}

function concurrencyOf(given: unknown): Concurrency | null {
  if (given === undefined) return null;
  if (typeof given === 'string') return { group: given, cancelInProgress: false };
  const fields = fieldsOf(given, 'concurrency');
  return {
    group: textOr(fields['group'], ''),
    cancelInProgress: fields['cancel-in-progress'] ?? false,
  };
}

/** A mapping; `read-all` and `write-all` are refused, as they grant more than a job needs. */
function permissionsOf(given: unknown): Fields | null {
  if (given === undefined) return null;
  if (given === null) return {};
  return fieldsOf(given, 'permissions');
}

export function fieldsOf(value: unknown, what = 'a mapping'): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(`${what} is expected as a mapping`);
}

export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
