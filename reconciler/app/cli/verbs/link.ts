/** `aura link`: prints the URL that shows one agent's status to its holder. */
import { type AgentId, agentPath } from '../../../core/agent/agent.ts';
import { Failure } from '../../../core/failure.ts';
import { linkFor } from '../../../flows/status/link.ts';
import { linkEpochOf } from '../../../flows/status/link-epoch.ts';
import { agentFileAt, recordAt } from '../../../ports/at-snapshot.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Config } from '../../config.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import type { Printed } from '../text/documents.ts';

export async function link(
  { env, out }: VerbContext,
  { agent, days }: { readonly agent: AgentId; readonly days: number },
): Promise<ExitCode> {
  const names = ['state', 'clock'] as const;
  const show = async (ports: Pick<Ports, (typeof names)[number]>, links: Config['links']) => {
    const { state } = ports;
    const { main, status } = await state.tips();
    const file = await agentFileAt(main, agentPath(agent));
    if (file === null && (await recordAt(status, agent)) === null)
      throw new Failure('NotFound', `there is no agent ${agent}`);
    const epoch = await linkEpochOf(state, agent, { main: main.commit, file });
    if (epoch === null) {
      const message = `the file of ${agent}, which lists revoked links, cannot be read`;
      throw new Failure('InvalidInput', message);
    }
    const nowMs = ports.clock.now();
    const { url, expires } = linkFor(links, { id: agent, epoch }, nowMs, days);
    out.text(url);
    if (!out.json) out.note(`It is valid until ${expires}; anyone who has it can see the status.`);
    const printed: Printed<'link'> = { ok: true, agent, url, expires };
    out.document(printed);
    return exitCodes.fine;
  };
  return withPorts(env, names, (ports, { links }) => show(ports, links), { needs: ['links'] });
}
