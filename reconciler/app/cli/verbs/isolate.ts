/** `aura isolate`: an agent, or the one whose server has or had a reported address. */
import type { AgentId } from '../../../core/agent/agent.ts';
import { isoOf } from '../../../core/text/time.ts';
import { findAddressHolder } from '../../../flows/status/address-holder.ts';
import { type ExitCode, UsageError } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { type AgentVerbOptions, agentVerb } from './agent-command.ts';

type IsolateOptions = Omit<AgentVerbOptions, 'agent'> & {
  readonly agent?: AgentId;
  readonly address?: string;
  /** ms */
  readonly at?: number;
};

type HolderOptions = Omit<AgentVerbOptions, 'agent'> & {
  readonly address: string;
  readonly at: number | null;
};

export async function isolate(context: VerbContext, options: IsolateOptions): Promise<ExitCode> {
  const { agent, address, at = null, ...rest } = options;
  if (at !== null && address === undefined) throw new UsageError('--at belongs to --address');
  if (address !== undefined && agent === undefined)
    return isolateHolder(context, { ...rest, address, at });
  if (address !== undefined || agent === undefined)
    throw new UsageError('give either an agent or --address');
  return agentVerb('isolate')(context, { ...rest, agent });
}

async function isolateHolder(context: VerbContext, options: HolderOptions): Promise<ExitCode> {
  const { address, at, ...rest } = options;
  const { env, out } = context;
  const holder = await withPorts(env, ['state'], ({ state }) =>
    findAddressHolder(state, address, at),
  );
  const { server, since, isCurrent } = holder;
  const when = at === null ? '' : `, and at ${isoOf(at)}`;
  const text = `${address} is that of server ${server} of ${holder.agent}, made at ${since}${when}.`;
  const gone = 'That server is gone: the isolation concerns the one that the agent has now.';
  if (!out.json) out.note(isCurrent ? text : `${text} ${gone}`);
  const { reason = `its address ${address} was reported` } = rest;
  const found = { address: { ip: address, server, since, isCurrent } };
  return agentVerb('isolate', found)(context, { ...rest, agent: holder.agent, reason });
}
