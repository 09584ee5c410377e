/**
 * `aura halt`: pushes the branch `stop`, whose commit contains the reason. Every run reads it
 * before each step and before each destructive call. A branch below `stop` halts too, and stays.
 */
import { Failure } from '../../../core/failure.ts';
import type { CommitDraft, DesiredState, PushOutcome } from '../../../ports/desired-state.ts';
import { type ExitCode, exitCodes, UsageError } from '../run/exit.ts';
import { personOf, reasonOf } from '../run/person.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import type { Printed } from '../text/documents.ts';
import { plain } from '../text/output.ts';

const reasonLengthMax = 200;

export async function halt(
  { env, out }: VerbContext,
  options: { readonly reason: string },
): Promise<ExitCode> {
  const reason = reasonOf(options.reason);
  if (reason === null) throw new UsageError('a stop needs a reason');
  if (reason.length > reasonLengthMax) {
    throw new UsageError(`a reason has at most ${reasonLengthMax} characters`);
  }
  return withPorts(env, ['state'], async (ports) => {
    const { state } = ports;
    const commit = {
      subject: reason,
      body: `Halted by ${personOf(env)}.`,
      trailers: [['Aura-Cause', 'halted']] as const,
      edits: [],
    };
    const before = await state.stop();
    const made = before === null ? await push(state, commit) : null;
    const now = await state.stop();
    // A refused push does no harm if the fleet is halted otherwise.
    if (now === null && made instanceof Failure) throw made;
    if (now === null) throw new Failure('PushRejected', 'the stop was lifted at the same moment');
    const pushed = made === 'pushed';
    const kept = pushed ? '' : ' It was already halted; the first reason stays.';
    out.text(`${out.paint('red', 'The fleet is halted:')} ${plain(now)}.${kept}`);
    if (!out.json) out.note('`aura resume` lifts it.');
    const printed: Printed<'halt'> = { ok: true, halted: true, reason: now, changed: pushed };
    out.document(printed);
    return exitCodes.fine;
  });
}

async function push(
  state: DesiredState,
  commit: CommitDraft,
): Promise<PushOutcome['kind'] | Failure> {
  try {
    return (await state.push('stop', null, [commit])).kind;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
}
