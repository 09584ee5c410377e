/** `aura revert`: undoes what one commit did to one agent, and nothing else of it. */

import type { AgentId } from '../../../core/agent/agent.ts';
import { oneLine } from '../../../core/commands/command-request.ts';
import { revertOnTip } from '../../../flows/commands/reverts.ts';
import { commitOne, proposeOne } from '../../../flows/commands/write-one.ts';
import type { ExitCode } from '../run/exit.ts';
import { personOf, reasonOf } from '../run/person.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { showWritten } from './agent-command.ts';

type Options = {
  readonly commit: string;
  readonly agent: AgentId;
  readonly reason?: string;
  readonly pr?: true;
};

export async function revert({ env, out }: VerbContext, options: Options): Promise<ExitCode> {
  const { agent, commit } = options;
  const reason = reasonOf(options.reason);
  const ask = { agent, commit, reason, by: oneLine(personOf(env)) };
  const head = `aura/revert-${commit.slice(0, 10)}/${agent}`;
  const written =
    options.pr === true
      ? await withPorts(env, ['state', 'clock', 'forge'], (ports) =>
          proposeOne(ports, head, revertOnTip(ports, ask)),
        )
      : await withPorts(env, ['state', 'clock'], (ports) =>
          commitOne(ports, revertOnTip(ports, ask)),
        );
  return showWritten(out, { agent, command: 'revert' }, written);
}
