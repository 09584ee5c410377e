/**
 * `aura audit`: lists the decisions, which are the commits on main, with the cause of each: as text,
 * as JSON, or as CSV. They are written as they are read, a page of history at a time.
 */

import { type AgentId, agentIdOfPath, agentPath } from '../../../core/agent/agent.ts';
import { type Cause, causeOf } from '../../../core/commands/commit-body.ts';
import type { LogEntry } from '../../../core/commands/history.ts';
import { timeMs } from '../../../core/text/time.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { type HistorySource, withHistory } from '../run/history-source.ts';
import type { VerbContext } from '../run/verb.ts';
import { csvLine } from '../text/csv.ts';
import type { Printed } from '../text/documents.ts';
import { type Output, oneLine } from '../text/output.ts';

type Options = {
  readonly agent?: AgentId;
  readonly max?: number;
  /** ms */
  readonly since?: number;
  readonly csv?: true;
  readonly clone?: string;
};
type Entry = LogEntry & Cause & { readonly agents: readonly AgentId[] };

export function audit({ env, out }: VerbContext, options: Options): Promise<ExitCode> {
  return withHistory(env, options.clone, async (source) => {
    const form = options.csv === true ? csv : out.json ? json : text;
    await out.stream(form.begin);
    let count = 0;
    for await (const entry of decisions(source, options)) {
      await out.stream(form.entry(entry, count === 0, out));
      count += 1;
    }
    await out.stream(count === 0 ? form.none : form.end);
    return exitCodes.fine;
  });
}

const maxUsual = 100;

/** A commit's time may be wrong, so none is taken for the last one that can match. */
async function* decisions(source: HistorySource, options: Options): AsyncIterable<Entry> {
  const { agent, since } = options;
  const max = options.max ?? (since === undefined ? maxUsual : Number.POSITIVE_INFINITY);
  let count = 0;
  for await (const page of source.walk('main', agent === undefined ? null : agentPath(agent))) {
    for (const entry of page) {
      if (since !== undefined && timeMs(entry.at) < since) continue;
      yield { ...entry, ...causeOf(entry), agents: agentsOf(entry) };
      count += 1;
      if (count >= max) return;
    }
  }
}

function agentsOf({ paths }: LogEntry): readonly AgentId[] {
  return paths.flatMap((path) => agentIdOfPath(path) ?? []);
}

type Form = {
  readonly begin: string;
  entry(entry: Entry, isFirst: boolean, out: Output): string;
  readonly end: string;
  /** instead of `end` where there is no entry */
  readonly none: string;
};

const json: Form = {
  begin: '{"ok": true, "entries": [',
  entry(entry, isFirst) {
    const printed: Printed<'audit'>['entries'][number] = entry;
    return `${isFirst ? '\n' : ',\n'}  ${JSON.stringify(printed)}`;
  },
  end: '\n]}\n',
  none: ']}\n',
};

const columns: Readonly<Record<string, (entry: Entry) => string>> = {
  at: ({ at }) => at,
  commit: ({ commit }) => commit,
  agents: ({ agents }) => agents.join(' '),
  subject: ({ subject }) => oneLine(subject),
  who: ({ who }) => oneLine(who),
  author: ({ author }) => oneLine(author),
  cause: ({ cause }) => oneLine(cause ?? ''),
  stripe_events: ({ stripeEvents }) => oneLine(stripeEvents.join(' ')),
  request: ({ request }) => oneLine(request ?? ''),
  reason: ({ reason }) => oneLine(reason ?? ''),
  paths: ({ paths }) => oneLine(paths.join(' ')),
};

const csv: Form = {
  begin: csvLine(Object.keys(columns)),
  entry: (entry) => csvLine(Object.values(columns).map((cell) => cell(entry))),
  end: '',
  none: '',
};

const text: Form = {
  begin: '',
  entry: entryText,
  end: '',
  none: 'There is no such commit.\n',
};

function entryText(
  { commit, at, who, author, reason, subject, trailers, paths }: Entry,
  _isFirst: boolean,
  out: Output,
): string {
  const by = who === author ? `by ${author}` : `by ${who}, written by ${author}`;
  return [
    `${out.paint('yellow', commit.slice(0, 10))} ${at}  ${oneLine(subject)}`,
    `    ${oneLine(by)}; ${touched(paths)}`,
    ...(reason === null ? [] : [`    reason: ${oneLine(reason)}`]),
    ...trailers.map(([name, value]) => `    ${oneLine(name)}: ${oneLine(value)}`),
    '',
  ].join('\n');
}

const pathsShown = 3;

function touched(paths: readonly string[]): string {
  if (paths.length === 0) return 'no file';
  const shown = paths.slice(0, pathsShown).map(oneLine).join(', ');
  const rest = paths.length - pathsShown;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
