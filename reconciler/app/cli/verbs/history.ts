/**
 * `aura history`: tells the whole life of one agent, or lists the newest commits of both branches:
 * what was requested, and what was done.
 */

import { type AgentId, agentPath } from '../../../core/agent/agent.ts';
import { type HistoryEntry, interleaved } from '../../../core/commands/history.ts';
import { createLife } from '../../../core/commands/life.ts';
import { Failure } from '../../../core/failure.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { type HistorySource, withHistory } from '../run/history-source.ts';
import type { VerbContext } from '../run/verb.ts';
import type { Printed } from '../text/documents.ts';
import { lifeText } from '../text/life-text.ts';
import { type Output, oneLine } from '../text/output.ts';

type Options = { readonly agent?: AgentId; readonly max?: number; readonly clone?: string };

const newestMax = 100;

export function history(
  { env, out }: VerbContext,
  { agent, max, clone }: Options,
): Promise<ExitCode> {
  return withHistory(env, clone, async (source) => {
    const { text, printed } =
      agent === undefined
        ? await newest(source, max ?? newestMax, out)
        : await life(source, { agent, max: max ?? Number.POSITIVE_INFINITY }, out);
    out.text(text);
    out.document(printed);
    return exitCodes.fine;
  });
}

type Shown = { readonly text: string; readonly printed: Printed<'history'> };

/** The whole life is read, because an entry is a comparison with the one before it. */
async function life(
  source: HistorySource,
  { agent, max }: { readonly agent: AgentId; readonly max: number },
  out: Output,
): Promise<Shown> {
  const path = agentPath(agent);
  const reader = createLife(agent);
  for await (const version of source.versions('main', path)) reader.file(version);
  for await (const version of source.versions('status', path)) reader.record(version);
  const all = reader.entries();
  if (all.length === 0)
    throw new Failure('NotFound', `no commit of main or status is about ${agent}`);
  const entries = all.slice(Math.max(0, all.length - max));
  const left = all.length - entries.length;
  const first = left === 0 ? [] : [`${left} older entries are left out: --max ${all.length}`];
  const text = [...first, lifeText(entries, out)].join('\n');
  return { text, printed: { ok: true, agent, entries } };
}

async function newest(source: HistorySource, max: number, out: Output): Promise<Shown> {
  const main = await source.log('main', max);
  const status = await source.log('status', max);
  const entries = interleaved({ main, status }).slice(0, max);
  const text = entries.map((entry) => commitText(entry, out)).join('\n');
  return { text, printed: { ok: true, entries } };
}

function commitText(
  { branch, commit, at, author, subject, trailers }: HistoryEntry,
  out: Output,
): string {
  const name = branch === 'main' ? out.paint('green', 'asked') : out.paint('yellow', 'done ');
  const causes = trailers.map(([key, value]) => `${oneLine(key)}: ${oneLine(value)}`).join('; ');
  const by = branch === 'main' ? ` (${oneLine(author)})` : '';
  const head = `${at}  ${name}  ${commit.slice(0, 10)}  ${oneLine(subject)}${by}`;
  return causes === '' ? head : `${head}\n    ${causes}`;
}
