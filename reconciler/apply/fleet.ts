/** The stack that the whole fleet shares: firewalls and the break-glass key. */

import type { Policy } from '../core/desired/policy.ts';
import { Failure } from '../core/failure.ts';
import { fleetStackSpec, fleetStateKey } from '../core/stack/stack-spec.ts';
import type { Ports } from '../ports.ts';
import { stopReason } from './basis.ts';
import { releaseDeadLock } from './stack.ts';

type FleetPorts = Pick<Ports, 'cloud' | 'stacks' | 'states' | 'state' | 'log'>;

/** Before any agent's: a server without its firewall must not be. */
export async function applyFleet(ports: FleetPorts, policy: Policy): Promise<void> {
  const stop = await stopReason({ ports });
  if (stop !== null) throw new Failure('Stopped', stop);
  const expect = { allow: 'creates' as const };
  // There is no claim on what is shared: a lock older than any lease is a dead run's.
  await releaseDeadLock({ ports, policy }, fleetStateKey(policy.fleet), false);
  const outcome = await ports.stacks.apply({ spec: fleetStackSpec(policy), expect, imports: [] });
  if (outcome.kind === 'refused') throw new Failure('GateRefused', outcome.reasons.join('; '));
}

/** Takes the shared stack away. Refused while a server of the fleet exists. */
export async function destroyFleet(ports: FleetPorts, policy: Policy): Promise<void> {
  const { fleet } = policy;
  const stop = await stopReason({ ports });
  if (stop !== null) throw new Failure('Stopped', stop);
  const servers = await ports.cloud.servers(fleet);
  if (servers.partial.length > 0)
    throw new Failure('UnexpectedAnswer', 'the servers could not be listed whole');
  if (servers.items.length > 0)
    throw new Failure('Conflict', `${servers.items.length} servers of ${fleet} still exist`);
  const shared = [...(await ports.cloud.firewalls(fleet)), ...(await ports.cloud.sshKeys(fleet))];
  const ids = shared.map((one) => one.id).sort();
  const { stateKey, pollIntervalMs } = fleetStackSpec(policy);
  const spec = { kind: 'empty' as const, stateKey, pollIntervalMs };
  await releaseDeadLock({ ports, policy }, stateKey, false);
  const outcome = await ports.stacks.apply({
    spec,
    expect: { allow: 'deletes', ids },
    imports: [],
  });
  if (outcome.kind === 'refused') throw new Failure('GateRefused', outcome.reasons.join('; '));
  await ports.states.remove(fleetStateKey(fleet));
}
