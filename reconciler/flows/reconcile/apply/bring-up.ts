/**
 * Brings a server up in four steps: boot, configure, join, verify. A create and a resume go through
 * all of them; each step can be repeated.
 */
import { Failure } from '../../../core/failure.ts';
import { configHashOf, hostSettingsOf } from '../../../core/fleet/host-settings.ts';
import { carriesRanLabel, type ObservedServer, serverIsOn } from '../../../core/fleet/observed.ts';
import { withHostKeyReplaced, withNextHostKey } from '../../../core/fleet/server-facts.ts';
import { durationMs } from '../../../core/text/duration.ts';
import type { Host } from '../../../ports/configurator.ts';
import type { Attempt } from './attempt.ts';
import { joinTailnet } from './join.ts';
import { ourServer } from './own-server.ts';
import { labelAsRan, openSsh, waitForFirewall } from './ssh-access.ts';

const lookEveryMs = 1500;
const looksMax = 200;

/** @param server as it was just read */
export async function bringUp(attempt: Attempt, server: ObservedServer): Promise<void> {
  const { configurator } = attempt.run.ports;
  const { policy } = attempt.run;

  // A machine that ran is configured only without a record of it, and joined only if offline.
  const { configured, tailnet } = attempt.record();
  const ran = carriesRanLabel(server);

  await attempt.enter('boot');
  await openSsh(attempt, server);
  const bootMs = durationMs(policy.apply.bootTimeout);
  await configurator.waitForBoot(hostOf(attempt, server), bootMs);

  await attempt.enter('configure');
  if (!ran || configured === undefined) await configureHost(attempt, server);

  const host = hostOf(attempt, server);
  await attempt.enter('join');
  if (!ran || !(await isOnline(attempt, tailnet?.nodeId))) await joinTailnet(attempt, host, server);

  await attempt.enter('verify');
  await waitUntilHealthy(attempt, host);
  await verify(attempt, server.id);
}

/** The address of the host and the host keys of which it must present one. */
export function hostOf(attempt: Attempt, server: ObservedServer): Host {
  const { hostKey, nextHostKey } = attempt.record();
  if (hostKey === undefined)
    throw new Failure(
      'OwnershipUnproven',
      'no host key is recorded, so the host cannot be identified',
    );
  if (server.ipv4 === null)
    throw new Failure('UnexpectedAnswer', `server ${server.id} has no IPv4 address`, {
      scope: 'agent',
    });
  const hostKeys = nextHostKey === undefined ? [hostKey] : [hostKey, nextHostKey];
  return { agent: attempt.id, ipv4: server.ipv4, hostKeys };
}

/**
 * Plays the roles, which also replace the seeded host key by one that the host made itself. The new
 * one is recorded before sshd can show it, and the old one is dropped once a connection has shown
 * the new one: a run that dies in between finds the host with either.
 */
export async function configureHost(attempt: Attempt, server: ObservedServer): Promise<void> {
  const { configurator } = attempt.run.ports;
  const ownKey = await configurator.ownHostKey(hostOf(attempt, server));
  const { hostKey, nextHostKey } = attempt.record();
  if (ownKey !== hostKey && ownKey !== nextHostKey)
    await attempt.note((record) => withNextHostKey(record, ownKey));
  const settings = hostSettingsOf(attempt.agent.spec, server, attempt.run.policy);
  const configHash = configHashOf(settings);
  const host = hostOf(attempt, server);
  await configurator.configure(host, { ...settings, configHash });
  const isReplaced = ownKey !== hostKey;
  if (isReplaced && !(await configurator.showsHostKey(host, ownKey)))
    throw new Failure('ConfigureFailed', 'sshd still shows the seeded host key');
  const { roleVersion } = configurator;
  await attempt.note((record, at) => ({
    ...(isReplaced ? withHostKeyReplaced(record) : record),
    configured: { configHash, roleVersion, at },
  }));
}

async function waitUntilHealthy(attempt: Attempt, host: Host): Promise<void> {
  const { configurator, clock } = attempt.run.ports;
  const until = clock.now() + durationMs(attempt.run.policy.apply.joinTimeout);
  for (let looks = 0; looks < looksMax; looks += 1) {
    if (await configurator.healthy(host)) return;
    if (clock.now() + lookEveryMs > until) break;
    await clock.wait(lookEveryMs);
  }
  throw new Failure('VerifyFailed', 'openclaw does not answer on the host');
}

async function isOnline({ run }: Attempt, node: string | undefined): Promise<boolean> {
  return node !== undefined && (await run.ports.tailnet.device(node))?.online === true;
}

/**
 * Reads firewall, server and device once more, then writes the label `ran`, closes port 22, and
 * writes the record last. A run that dies in between leaves a server that is verified again and
 * that is never taken for one that never ran.
 */
async function verify(attempt: Attempt, serverId: string): Promise<void> {
  const server = await waitForFirewall(attempt, await ourServer(attempt, serverId), 'base');
  if (!serverIsOn(server))
    throw new Failure('VerifyFailed', `server ${server.id} is ${server.status}`);
  if (!(await isOnline(attempt, attempt.record().tailnet?.nodeId)))
    throw new Failure('VerifyFailed', 'its device is not online in the tailnet');
  await labelAsRan(attempt, server);
}
