/** A list of commits as a verb's answer: read from the repository, a few lines each, newest first. */

import type { Ports } from '../../../ports/ports.ts';
import { createLog } from '../../log.ts';
import { openPorts } from '../../main.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import type { Output } from '../text/output.ts';

export async function listCommits<Entry>(
  { env, out }: VerbContext,
  read: (state: Ports['state']) => Promise<readonly Entry[]>,
  textOf: (entry: Entry, out: Output) => string,
): Promise<ExitCode> {
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, ['state'], { log });
  try {
    const entries = await read(opened.ports.state);
    const text = entries.map((entry) => textOf(entry, out)).join('\n');
    out.text(entries.length === 0 ? 'There is no such commit.' : text);
    out.document({ ok: true, entries });
    return exitCodes.fine;
  } finally {
    await opened.close();
  }
}
