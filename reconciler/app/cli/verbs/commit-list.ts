/** Shows a list of commits of the repository, a few lines each, the newest first. */

import type { Ports } from '../../../ports/ports.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import type { Output } from '../text/output.ts';

export async function listCommits<Entry>(
  { env, out }: VerbContext,
  read: (state: Ports['state']) => Promise<readonly Entry[]>,
  textOf: (entry: Entry, out: Output) => string,
): Promise<ExitCode> {
  return withPorts(env, ['state'], async (ports) => {
    const entries = await read(ports.state);
    const text = entries.map((entry) => textOf(entry, out)).join('\n');
    out.text(entries.length === 0 ? 'There is no such commit.' : text);
    out.document({ ok: true, entries });
    return exitCodes.fine;
  });
}
