/** `aura history`: lists what was requested and what was done, of one agent or of all. */

import { type AgentId, agentPath } from '../../../core/agent/agent.ts';
import { type HistoryEntry, interleaved } from '../../../core/commands/history.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { ExitCode } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { type Output, oneLine } from '../text/output.ts';
import { listCommits } from './commit-list.ts';

type Options = { readonly agent?: AgentId; readonly max: number };

export function history(context: VerbContext, options: Options): Promise<ExitCode> {
  return listCommits(context, (state) => read(state, options), entryText);
}

async function read(
  state: Ports['state'],
  { agent, max }: Options,
): Promise<readonly HistoryEntry[]> {
  // An agent's record on `status` has the path that its file has on `main`.
  const path = agent === undefined ? null : agentPath(agent);
  const main = await state.log('main', max, path);
  const status = await state.log('status', max, path);
  return interleaved({ main, status }).slice(0, max);
}

function entryText(
  { branch, commit, at, author, subject, trailers }: HistoryEntry,
  out: Output,
): string {
  const name = branch === 'main' ? out.paint('green', 'asked') : out.paint('yellow', 'done ');
  const causes = trailers.map(([key, value]) => `${oneLine(key)}: ${oneLine(value)}`).join('; ');
  const by = branch === 'main' ? ` (${oneLine(author)})` : '';
  const head = `${at}  ${name}  ${commit.slice(0, 10)}  ${oneLine(subject)}${by}`;
  return causes === '' ? head : `${head}\n    ${causes}`;
}
