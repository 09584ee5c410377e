/** `aura audit`: lists the decisions, which are the commits on main, with the cause of each. */

import { type AgentId, agentPath } from '../../../core/agent/agent.ts';
import type { LogEntry } from '../../../core/commands/history.ts';
import type { ExitCode } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { type Output, oneLine } from '../text/output.ts';
import { listCommits } from './commit-list.ts';

export function audit(
  context: VerbContext,
  { agent, max }: { readonly agent?: AgentId; readonly max: number },
): Promise<ExitCode> {
  const path = agent === undefined ? null : agentPath(agent);
  return listCommits(context, (state) => state.log('main', max, path), entryText);
}

function entryText(
  { commit, at, author, subject, trailers, paths }: LogEntry,
  out: Output,
): string {
  return [
    `${out.paint('yellow', commit.slice(0, 10))} ${at}  ${oneLine(subject)}`,
    `    by ${oneLine(author)}; ${touched(paths)}`,
    ...trailers.map(([name, value]) => `    ${oneLine(name)}: ${oneLine(value)}`),
  ].join('\n');
}

const pathsShown = 3;

function touched(paths: readonly string[]): string {
  if (paths.length === 0) return 'no file';
  const shown = paths.slice(0, pathsShown).map(oneLine).join(', ');
  const rest = paths.length - pathsShown;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
