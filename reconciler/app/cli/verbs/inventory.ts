/** `aura inventory`: prints the running agents for Ansible, with their tailnet addresses. */
import { stringify } from 'yaml';
import { readableRecords } from '../../../core/fleet/recorded.ts';
import { inventoryOf } from '../../../core/status/inventory.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';

export async function inventory({ env, out }: VerbContext): Promise<ExitCode> {
  return withPorts(env, ['journal'], async (ports) => {
    const { records } = await ports.journal.read();
    const hosts = inventoryOf(readableRecords(records));
    const unreadable = records.filter(({ kind }) => kind === 'invalid').length;
    if (unreadable > 0)
      out.note(out.paint('yellow', `aura: ${unreadable} records cannot be read and are left out`));
    out.text(stringify(hosts, { lineWidth: 0 }));
    // Only the inventory: Ansible reads it as it is.
    out.document(hosts);
    return unreadable > 0 ? exitCodes.attention : exitCodes.fine;
  });
}
