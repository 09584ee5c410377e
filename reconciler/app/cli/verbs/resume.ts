/** `aura resume`: removes the branch `stop`, and every branch below it. */

import { readPolicy } from '../../../flows/shared/read-catalog.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import type { Printed } from '../text/documents.ts';
import { plain } from '../text/output.ts';

export async function resume({ env, out }: VerbContext): Promise<ExitCode> {
  return withPorts(env, ['state'], async (ports) => {
    const { state } = ports;
    const before = await state.stop();
    const lifted = await state.resume();
    // The other stop, which only a commit lifts.
    const pause = (await readPolicy(await state.fetch('main')))?.pause?.reason ?? null;
    out.text(
      before === null
        ? 'The fleet was not halted.'
        : `The stop is lifted. It was: ${plain(before)}`,
    );
    if (pause !== null && !out.json) {
      out.note(out.paint('yellow', `policy.yaml still pauses the fleet: ${plain(pause)}`));
    }
    const changed = lifted.length > 0;
    const stop = { halted: false, reason: before, changed, branches: lifted, pause } as const;
    const printed: Printed<'resume'> = { ok: true, ...stop };
    out.document(printed);
    return exitCodes.fine;
  });
}
