/** `aura history`: what was asked for and what was done, of one agent or of all, in one list. */

import { type HistoryEntry, interleaved } from '../core/commands/history.ts';
import { type AgentId, agentPath } from '../core/desired/agent.ts';
import { createLog } from '../log.ts';
import { openPorts } from '../main.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { type Output, plain } from './output.ts';
import type { VerbContext } from './verbs.ts';

/** How far back commits about one agent are looked for. */
const scannedMax = 100_000;

export async function history(
  { env, out }: VerbContext,
  { agent, max }: { readonly agent?: AgentId; readonly max: number },
): Promise<ExitCode> {
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, ['state'], { log });
  try {
    const { state } = opened.ports;
    const scanned = agent === undefined ? max : scannedMax;
    const main = await state.log('main', scanned);
    const status = await state.log('status', scanned);
    const path = agent === undefined ? null : agentPath(agent);
    const entries = interleaved({ main, status }, path).slice(0, max);
    out.text(entries.length === 0 ? 'There is no such commit.' : historyText(entries, out));
    out.document({ ok: true, entries });
    return exitCodes.fine;
  } finally {
    await opened.close();
  }
}

function historyText(entries: readonly HistoryEntry[], out: Output): string {
  return entries
    .map(({ branch, commit, at, author, subject, trailers }) => {
      const name = branch === 'main' ? out.paint('green', 'asked') : out.paint('yellow', 'done ');
      const causes = trailers.map(([key, value]) => `${line(key)}: ${line(value)}`).join('; ');
      const by = branch === 'main' ? ` (${line(author)})` : '';
      const head = `${at}  ${name}  ${commit.slice(0, 10)}  ${line(subject)}${by}`;
      return causes === '' ? head : `${head}\n    ${causes}`;
    })
    .join('\n');
}

function line(text: string): string {
  return plain(text).replaceAll(/\s+/g, ' ').trim();
}
