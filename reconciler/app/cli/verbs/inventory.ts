/** `aura inventory`: the running agents for Ansible, by their addresses in the tailnet. */
import { stringify } from 'yaml';
import { inventoryOf } from '../../../core/status/inventory.ts';
import { createLog } from '../../log.ts';
import { openPorts } from '../../main.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';

export async function inventory({ env, out }: VerbContext): Promise<ExitCode> {
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, ['journal'], { log });
  try {
    const { records } = await opened.ports.journal.read();
    const hosts = inventoryOf(records.flatMap((one) => (one.kind === 'valid' ? [one.record] : [])));
    const unreadable = records.filter(({ kind }) => kind === 'invalid').length;
    if (unreadable > 0)
      out.note(out.paint('yellow', `aura: ${unreadable} records cannot be read and are left out`));
    out.text(stringify(hosts, { lineWidth: 0 }));
    // Nothing but the inventory: Ansible reads it as it is.
    out.document(hosts);
    return unreadable > 0 ? exitCodes.attention : exitCodes.fine;
  } finally {
    await opened.close();
  }
}
