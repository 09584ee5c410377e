/** `aura audit`: every decision is a commit on main; this is the list, with what caused each. */
import { type AgentId, agentPath } from '../core/desired/agent.ts';
import { createLog } from '../log.ts';
import { openPorts } from '../main.ts';
import type { LogEntry } from '../ports.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { type Output, plain } from './output.ts';
import type { VerbContext } from './verbs.ts';

/** How far back commits about one agent are looked for. */
const scannedMax = 100_000;

export async function audit(
  { env, out }: VerbContext,
  { agent, max }: { readonly agent?: AgentId; readonly max: number },
): Promise<ExitCode> {
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, ['state'], { log });
  try {
    const read = await opened.ports.state.log('main', agent === undefined ? max : scannedMax);
    const path = agent === undefined ? null : agentPath(agent);
    const about = path === null ? read : read.filter(({ paths }) => paths.includes(path));
    const entries = about.slice(0, max);
    out.text(entries.length === 0 ? 'There is no such commit.' : auditText(entries, out));
    out.document({ ok: true, entries });
    return exitCodes.fine;
  } finally {
    await opened.close();
  }
}

function auditText(entries: readonly LogEntry[], out: Output): string {
  return entries
    .map(({ commit, at, author, subject, trailers, paths }) =>
      [
        `${out.paint('yellow', commit.slice(0, 10))} ${at}  ${line(subject)}`,
        `    by ${line(author)}; ${touched(paths)}`,
        ...trailers.map(([name, value]) => `    ${line(name)}: ${line(value)}`),
      ].join('\n'),
    )
    .join('\n');
}

const pathsShown = 3;

function touched(paths: readonly string[]): string {
  if (paths.length === 0) return 'no file';
  const shown = paths.slice(0, pathsShown).map(line).join(', ');
  const rest = paths.length - pathsShown;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function line(text: string): string {
  return plain(text).replaceAll(/\s+/g, ' ').trim();
}
