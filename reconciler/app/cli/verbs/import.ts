/** `aura import`: imports the recorded server of an agent into its Terraform state. */

import { type AgentFile, type AgentId, agentPath } from '../../../core/agent/agent.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import { applyPortNames } from '../../../flows/reconcile/apply/attempt.ts';
import { importServer } from '../../../flows/reconcile/apply/import.ts';
import { readCatalogAndPolicy } from '../../../flows/shared/read-catalog.ts';
import { agentFileAt, recordAt } from '../../../ports/at-snapshot.ts';
import type { Ports } from '../../../ports/ports.ts';
import { tipOf } from '../../../ports/tip.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { personOf } from '../run/person.ts';
import { ownRun } from '../run/run-id.ts';
import type { VerbContext } from '../run/verb.ts';
import { withEffects } from '../run/with-ports.ts';
import { appliedText, applyNeedsAttention, reportOf } from '../text/applied.ts';

export function importVerb(
  context: VerbContext,
  { agent }: { readonly agent: AgentId },
): Promise<ExitCode> {
  return putUnderState(context, agent, { rebuild: false });
}

/** Takes a lease, as every change of an agent does. */
export async function putUnderState(
  { env, out }: VerbContext,
  agent: AgentId,
  { rebuild }: { readonly rebuild: boolean },
): Promise<ExitCode> {
  const run = ownRun(env);
  return withEffects({ env, out }, applyPortNames, async ({ ports, interruption, progress }) => {
    const subject = await subjectOf(ports, agent);
    if (subject.record === null)
      throw new Failure('NotFound', `there is no record of ${agent} that names a server`);
    const { outcome, changed } = await importServer(ports, {
      policy: subject.policy,
      file: subject.file,
      record: subject.record,
      rebuild,
      run,
      because: `${personOf(env)} asked for it`,
      onStep: progress.step,
    });
    progress.end();
    await ports.journal.flush();
    const applied = [reportOf({ agent, change: 'repair', outcome })];
    const done = outcome.kind === 'done';
    const code = interruption.code(done ? exitCodes.fine : exitCodes.attention);
    const server = subject.record.server?.id ?? '';
    out.text(done ? doneText({ agent, server, rebuild, changed }) : appliedText(applied, out));
    out.document({
      ok: code === exitCodes.fine && !applyNeedsAttention(applied),
      applied,
      changed,
    });
    return code;
  });
}

function doneText(on: {
  readonly agent: AgentId;
  readonly server: string;
  readonly rebuild: boolean;
  readonly changed: readonly string[];
}): string {
  const { agent, server, rebuild, changed } = on;
  const what = rebuild
    ? `its state was recreated from server ${server}`
    : `server ${server} was imported into its state`;
  const then =
    changed.length === 0 ? 'The server did not differ.' : `Repaired: ${changed.join(', ')}.`;
  return `${agent}: ${what}. ${then}`;
}

type StateSubject = {
  readonly policy: Policy;
  readonly file: AgentFile & { readonly kind: 'valid' };
  readonly record: AgentRecord | null;
};

/** Throws if the agent's file or record cannot be read: no run changes such an agent. */
export async function subjectOf(
  { state }: Pick<Ports, 'state'>,
  agent: AgentId,
): Promise<StateSubject> {
  const main = await tipOf({ state }, 'main');
  const [{ policy }, file, status] = await Promise.all([
    readCatalogAndPolicy(main),
    agentFileAt(main, agentPath(agent)),
    state.fetch('status'),
  ]);
  if (file === null) throw new Failure('NotFound', `there is no file of ${agent}`);
  if (file.kind === 'invalid')
    throw new Failure('InvalidInput', `the file of ${agent} cannot be read: \`aura validate\``);
  return { policy, file, record: await recordAt(status, agent) };
}
