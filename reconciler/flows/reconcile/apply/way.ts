/**
 * The way to an agent's host. An agent that ran and is online in the tailnet is reached there, and
 * its port 22 stays closed. Any other is reached by its public address, for which port 22 opens
 * until the work is done: a server that never ran, one whose device is offline or was removed, and
 * one that does not answer in the tailnet, as where this machine has no Tailscale.
 */
import { asFailure, Failure } from '../../../core/failure.ts';
import { carriesRanLabel, type ObservedServer } from '../../../core/fleet/observed.ts';
import { hostKeysOf } from '../../../core/fleet/recorded.ts';
import type { Host } from '../../../ports/configurator.ts';
import type { Attempt } from './attempt.ts';
import { ourServer } from './own-server.ts';
import { closeSsh, openSsh } from './ssh-access.ts';

/** The network of the host, and its address there. */
export type Way = Pick<Host, 'network' | 'ipv4'>;

/** After a failure the end of the attempt closes the port. */
export async function onHost(
  attempt: Attempt,
  server: ObservedServer,
  work: (way: Way) => Promise<void>,
): Promise<void> {
  const way = await wayTo(attempt, server);
  await work(way);
  if (way.network === 'public') await closeSsh(attempt, await ourServer(attempt, server.id));
}

/** Opens port 22 where the host is not reached over the tailnet. */
export async function wayTo(attempt: Attempt, server: ObservedServer): Promise<Way> {
  const inside = await wayInside(attempt, server);
  if (inside !== null) return inside;
  await openSsh(attempt, server);
  return publicWay(server);
}

export function publicWay({ id, ipv4 }: ObservedServer): Way {
  if (ipv4 !== null) return { network: 'public', ipv4 };
  const message = `server ${id} has no IPv4 address`;
  throw new Failure('UnexpectedAnswer', message, { scope: 'agent' });
}

/** Which host this is over the way, and the host keys of which it must show one. */
export function hostOf(attempt: Attempt, way: Way): Host {
  return { agent: attempt.id, ...way, hostKeys: hostKeysOf(attempt.record()) };
}

/** Null where the host is not reached so. */
async function wayInside(attempt: Attempt, server: ObservedServer): Promise<Way | null> {
  const { configurator, tailnet } = attempt.run.ports;
  const node = attempt.record().tailnet?.nodeId;
  if (node === undefined || !carriesRanLabel(server)) return null;
  const device = await tailnet.device(node);
  const ipv4 = device?.addresses.find((one) => !one.includes(':'));
  if (device?.online !== true || ipv4 === undefined) return null;
  const way = { network: 'tailnet', ipv4 } as const;
  const isReached = await inTailnet(attempt, 'port 22 is opened', async () => {
    await configurator.reach(hostOf(attempt, way));
    return true;
  });
  return isReached === null ? null : way;
}

/**
 * The result of work that this process does as a node of the tailnet; null where it is not
 * admitted, or the work fails. Then the log says what is done instead.
 */
export async function inTailnet<Value>(
  { id, run }: Attempt,
  instead: string,
  work: () => Promise<Value>,
): Promise<Value | null> {
  try {
    await run.ports.configurator.enterTailnet(run.policy);
    return await work();
  } catch (thrown) {
    const error = asFailure(thrown);
    const { reason, errorClass } = error;
    if (reason === 'Stopped' || reason === 'Superseded' || errorClass === 'bug') throw thrown;
    run.ports.log.warn({ agent: id, error }, `not reached over the tailnet: ${instead}`);
    return null;
  }
}
