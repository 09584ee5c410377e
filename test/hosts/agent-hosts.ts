/** Machines of agents, with the user data that the product gives to a new server. */
import { openMachines } from '../../local-cloud/machines/open.ts';
import { addressIn } from '../../local-cloud/machines/ranges.ts';
import { createOpensshKey, publicKeyOf } from '../../reconciler/adapters/openssh.ts';
import type { AgentId } from '../../reconciler/core/agent/agent.ts';
import { userDataOf } from '../../reconciler/core/stack/stack-spec.ts';
import type { Host } from '../../reconciler/ports/configurator.ts';
import { idNo } from '../builders/world.ts';
import { sshCaKey } from '../support/ca-key.ts';

export type AgentHost = Host<AgentId>;
export type AgentHosts = {
  /** an agent without a machine */
  readonly anotherAgent: AgentId;
  /** the address at which machines reach this computer */
  readonly here: string;
  /** A new machine that boots, with more lines of cloud-config. */
  start(more?: readonly string[]): Promise<AgentHost>;
  reboot(host: AgentHost): Promise<void>;
  close(): Promise<void>;
};

const memoryBytes = 2 * 1024 ** 3;

export async function openAgentHosts(): Promise<AgentHosts> {
  const machines = await openMachines();
  const numbers = new Map<AgentId, number>();
  const { range, uplink } = machines.slot;
  return {
    anotherAgent: idNo(9),
    here: addressIn(uplink, 1) ?? '',
    async start(more = []) {
      const machine = numbers.size + 1;
      const [agent, address] = [idNo(machine), addressIn(range, machine) ?? ''];
      numbers.set(agent, machine);
      const hostKey = createOpensshKey(agent);
      const userData = userDataOf({
        agent,
        caPublicKeys: [publicKeyOf(sshCaKey)],
        hostPrivateKey: hostKey.privateKey,
        hostPublicKey: hostKey.publicKey,
      });
      await machines.create({
        machine,
        hostname: agent,
        snapshot: null,
        userData: [userData.trimEnd(), ...more, ''].join('\n'),
        publicKeys: [],
      });
      await machines.powerOn(machine, { address, memoryBytes, guard: () => null });
      return { agent, network: 'public' as const, ipv4: address, hostKeys: [hostKey.publicKey] };
    },
    reboot: ({ agent }) => machines.reboot(numbers.get(agent) ?? 0),
    close: () => machines.close(),
  };
}
