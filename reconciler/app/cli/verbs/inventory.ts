/**
 * `aura inventory`: prints the running agents as Ansible expects it of an inventory script, with or
 * without `--list`; with `--host` the variables of one.
 */
import { readableRecords } from '../../../core/fleet/recorded.ts';
import { inventoryOf, listedInventory } from '../../../core/status/inventory.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';

type Options = { readonly list?: true; readonly host?: string };

export async function inventory(
  { env, out }: VerbContext,
  { list, host }: Options,
): Promise<ExitCode> {
  return withPorts(env, ['journal'], async (ports) => {
    const { records } = await ports.journal.read();
    const all = inventoryOf(readableRecords(records));
    const unreadable = records.filter(({ kind }) => kind === 'invalid').length;
    if (unreadable > 0)
      out.note(out.paint('yellow', `aura: ${unreadable} records cannot be read and are left out`));
    const { hostvars } = all;
    const varsOf = (name: string) => (Object.hasOwn(hostvars, name) ? hostvars[name] : {});
    const shown = host === undefined ? listedInventory(all) : varsOf(host);
    out.text(JSON.stringify(shown, null, 2));
    out.document(shown);
    // Ansible uses nothing of a script that fails.
    const forAnsible = list === true || host !== undefined;
    return unreadable > 0 && !forAnsible ? exitCodes.attention : exitCodes.fine;
  });
}
