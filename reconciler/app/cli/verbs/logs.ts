/** `aura logs`: prints the end of an agent's log, read on its host over the tailnet. */
import type { AgentId } from '../../../core/agent/agent.ts';
import { readAgentLog } from '../../../flows/status/agent-log.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import type { Printed } from '../text/documents.ts';
import { plain } from '../text/output.ts';

export async function logs(
  { env, out }: VerbContext,
  { agent, lines }: { readonly agent: AgentId; readonly lines: number },
): Promise<ExitCode> {
  return withPorts(env, ['state', 'tailnet', 'configurator'], async (ports) => {
    const read = await readAgentLog(ports, agent, lines);
    if (read.length > 0) out.text(read.map(plain).join('\n'));
    else out.note('its log is empty');
    const printed: Printed<'logs'> = { ok: true, agent, lines: read };
    out.document(printed);
    return exitCodes.fine;
  });
}
