/** Reads the end of an agent's log on its host, over the tailnet, and says why it cannot. */
import type { AgentId } from '../../core/agent/agent.ts';
import { Failure } from '../../core/failure.ts';
import { type AgentRecord, hostKeysOf } from '../../core/fleet/recorded.ts';
import { recordAt } from '../../ports/at-snapshot.ts';
import type { Host } from '../../ports/configurator.ts';
import type { Ports } from '../../ports/ports.ts';
import { policyOnMain } from '../shared/read-catalog.ts';

type LogPorts = Pick<Ports, 'state' | 'tailnet' | 'configurator'>;

/** The oldest line first. Throws `NotFound` or `HostUnreachable`. */
export async function readAgentLog(
  ports: LogPorts,
  agent: AgentId,
  lines: number,
): Promise<readonly string[]> {
  const record = await recordAt(await ports.state.fetch('status'), agent);
  if (record === null) throw new Failure('NotFound', `there is no record of ${agent}`);
  const host = await hostInTailnet(ports, agent, record);
  await ports.configurator.enterTailnet(await policyOnMain(ports));
  return ports.configurator.log(host, lines);
}

async function hostInTailnet(
  { tailnet }: LogPorts,
  agent: AgentId,
  record: AgentRecord,
): Promise<Host> {
  const unreachable = (why: string) => new Failure('HostUnreachable', `${agent} ${why}`);
  if (record.gone !== undefined) throw unreachable(`is gone since ${record.gone}`);
  if (record.server === undefined) throw unreachable('has no server');
  if (record.server.power === 'off') throw unreachable('is switched off');
  if (record.tailnet === undefined) throw unreachable('has not joined the tailnet yet');
  const device = await tailnet.device(record.tailnet.nodeId);
  if (device === null) throw unreachable('is not in the tailnet: its device was deleted');
  if (!device.online) throw unreachable(`is offline in the tailnet since ${device.lastSeen}`);
  const ipv4 = device.addresses.find((one) => !one.includes(':'));
  if (ipv4 === undefined) throw unreachable('has no IPv4 address in the tailnet');
  return { agent, network: 'tailnet', ipv4, hostKeys: hostKeysOf(record) };
}
