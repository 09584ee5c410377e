/** Which workflows an event starts. https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows */
import { matchesGlob } from 'node:path';
import { listOf, type Workflow } from './workflow.ts';

export type ActionsEvent =
  | {
      readonly name: 'push';
      readonly ref: string;
      readonly sha: string;
      readonly before: string | null;
      /** changed since `before`; null, where no filter of paths applies, if that is unknown */
      readonly paths: readonly string[] | null;
    }
  | {
      readonly name: 'pull_request';
      readonly action: 'opened' | 'synchronize' | 'reopened';
      readonly number: number;
      readonly base: string;
      readonly head: string;
      /** the owner of the fork that the head is in; null: it is a branch of this repository */
      readonly fork: string | null;
      readonly headSha: string;
      /** the commit that would merge it; null, which starts nothing, where there is a conflict */
      readonly sha: string | null;
    }
  | {
      readonly name: 'repository_dispatch';
      readonly type: string;
      readonly payload: Readonly<Record<string, unknown>>;
    }
  | {
      readonly name: 'workflow_dispatch';
      readonly workflow: string;
      readonly ref: string;
      readonly inputs: Readonly<Record<string, unknown>>;
    }
  | { readonly name: 'schedule'; readonly workflow: string; readonly cron: string };

export function starts({ on, file }: Workflow, event: ActionsEvent): boolean {
  const filter = on[event.name];
  if (filter === undefined) return false;
  const list = (name: string) => listOf(filter[name]).map(String);
  switch (event.name) {
    case 'push': {
      const { ref, paths } = event;
      if (!ref.startsWith('refs/heads/')) return false;
      if (!passes(list('branches'), [ref.slice('refs/heads/'.length)])) return false;
      return paths === null || passes(list('paths'), paths);
    }
    case 'pull_request': {
      const types = list('types');
      const wanted = types.length === 0 ? ['opened', 'synchronize', 'reopened'] : types;
      return wanted.includes(event.action) && passes(list('branches'), [event.base]);
    }
    case 'repository_dispatch':
      return passes(list('types'), [event.type]);
    case 'workflow_dispatch':
    case 'schedule':
      return event.workflow === file;
    default:
      return event satisfies never;
  }
}

/** Whether one of the names passes; a pattern with `!` takes back what earlier ones let pass. */
function passes(patterns: readonly string[], names: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  return names.some((name) =>
    patterns.reduce((passing, pattern) => {
      if (pattern.startsWith('!')) return passing && !matchesGlob(name, pattern.slice(1));
      return passing || matchesGlob(name, pattern);
    }, false),
  );
}

/** Whether a cron expression (POSIX, UTC) names this minute. */
export function cronNames(cron: string, atMs: number): boolean {
  const at = new Date(atMs);
  const now = [
    at.getUTCMinutes(),
    at.getUTCHours(),
    at.getUTCDate(),
    at.getUTCMonth() + 1,
    at.getUTCDay(),
  ];
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== now.length) throw new Error(`${cron} is no cron expression`);
  return fields.every((field, place) => names(field, now[place] ?? 0));
}

function names(field: string, value: number): boolean {
  return field.split(',').some((part) => {
    const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === '*') return value % Number(step) === 0;
    const [from = Number.NaN, to = from] = range.split('-').map(Number);
    return value >= from && value <= to && (value - from) % Number(step) === 0;
  });
}
