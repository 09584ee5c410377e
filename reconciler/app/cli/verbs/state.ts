/** `aura state`: compares an agent's Terraform state with its record and its server. */
import type { AgentId } from '../../../core/agent/agent.ts';
import { agentStateKey } from '../../../core/fleet/observed.ts';
import {
  type Disagreement,
  disagreements,
  isRebuildable,
} from '../../../core/stack/state-check.ts';
import { readState } from '../../../flows/shared/read-installation.ts';
import { isLeaseLive } from '../../../flows/shared/run-state.ts';
import type { Ports } from '../../../ports/ports.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { type Output, plain } from '../text/output.ts';
import { putUnderState, subjectOf } from './import.ts';

const portNames = ['state', 'cloud', 'states', 'forge', 'log'] as const;

export async function stateVerb(
  context: VerbContext,
  { agent, rebuild }: { readonly agent: AgentId; readonly rebuild?: true },
): Promise<ExitCode> {
  if (rebuild === true) return putUnderState(context, agent, { rebuild: true });
  const { env, out } = context;
  return withPorts(env, portNames, async (ports) => {
    const seen = await look(ports, agent);
    const ok = seen.disagreements.length === 0;
    out.text(stateText(agent, seen, out));
    out.document({ ok, agent, ...seen });
    return ok ? exitCodes.fine : exitCodes.attention;
  });
}

type Seen = {
  readonly key: string;
  /** null if there is no state, or if it cannot be read */
  readonly serial: number | null;
  readonly readable: boolean;
  readonly resources: readonly { readonly address: string; readonly id: string | null }[];
  readonly server: string | null;
  readonly locked: { readonly who: string; readonly since: string } | null;
  readonly disagreements: readonly Disagreement[];
  /** whether `--rebuild` can repair it */
  readonly rebuildable: boolean;
};

async function look(ports: Pick<Ports, (typeof portNames)[number]>, agent: AgentId): Promise<Seen> {
  const { cloud, states } = ports;
  const { policy, record } = await subjectOf(ports, agent);
  const { fleet } = policy;
  const key = agentStateKey(fleet, agent);
  const recorded = record?.server?.id;
  const [byId, byName, state, lock] = await Promise.all([
    recorded === undefined ? null : cloud.server(recorded),
    cloud.serverByName(agent),
    readState({ states }, key),
    states.lock(key),
  ]);
  const server = byId ?? byName;
  const busy = await isLeaseLive(ports, record?.lease);
  const on = { fleet, agent, record, server, state, lock, busy };
  return {
    key,
    ...heldIn(state),
    server: server?.id ?? null,
    locked: lock === null ? null : { who: lock.who, since: lock.created },
    disagreements: disagreements(on),
    rebuildable: isRebuildable(on),
  };
}

function heldIn(state: Awaited<ReturnType<typeof readState>>) {
  if (state === null) return { serial: null, resources: [], readable: true };
  if ('unreadable' in state) return { serial: null, resources: [], readable: false };
  const resources = state.resources.map(({ address, id }) => ({ address, id }));
  return { serial: state.serial, resources, readable: true };
}

function stateText(agent: AgentId, seen: Seen, out: Output): string {
  const { key, serial, resources, readable, server, locked, rebuildable } = seen;
  const held = resources.map(({ address, id }) => `${address} ${id ?? 'without an id'}`);
  const lines = [
    `${out.paint('bold', agent)}  ${key}`,
    serial === null
      ? `  ${readable ? 'there is no state' : 'the state cannot be read'}`
      : `  serial ${serial}: ${held.join(', ') || 'empty'}`,
    `  server ${server ?? 'none'}`,
    ...(locked === null ? [] : [`  locked by ${plain(locked.who)} since ${plain(locked.since)}`]),
  ];
  if (seen.disagreements.length === 0) {
    return [...lines, out.paint('green', '  state, record and server agree')].join('\n');
  }
  const said = seen.disagreements.map(({ about, message }) => `  ${about}: ${plain(message)}`);
  const todo = rebuildable
    ? `  \`aura state ${agent} --rebuild\` recreates it from the server.`
    : '  The recorded server does not exist, so the state cannot be rebuilt.';
  return [...lines, out.paint('red', 'They differ:'), ...said, todo].join('\n');
}
