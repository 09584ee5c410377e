/**
 * Brings a server up in four steps: boot, configure, join, verify. A create and a resume go through
 * all of them; each step can be repeated.
 */
import { Failure } from '../../../core/failure.ts';
import { configHashOf, hostSettingsOf } from '../../../core/fleet/host-settings.ts';
import { carriesRanLabel, type ObservedServer, serverIsOn } from '../../../core/fleet/observed.ts';
import { withHostKeyReplaced, withNextHostKey } from '../../../core/fleet/server-facts.ts';
import { durationMs } from '../../../core/text/duration.ts';
import { tailText } from '../../../core/text/tail.ts';
import type { Host } from '../../../ports/configurator.ts';
import type { Attempt } from './attempt.ts';
import { joinTailnet } from './join.ts';
import { ourServer } from './own-server.ts';
import { labelAsRan, waitForFirewall } from './ssh-access.ts';
import { hostOf, inTailnet, type Way, wayTo } from './way.ts';

const lookEveryMs = 1500;
const looksMax = 200;
/** Of a log, for a failure's message. */
const tailLines = 10;
/** A way to a node that has just joined may take some seconds. */
const unreachedMax = 3;

/** @param server as it was just read */
export async function bringUp(attempt: Attempt, server: ObservedServer): Promise<void> {
  const { configurator } = attempt.run.ports;
  const { policy } = attempt.run;

  // Openclaw starts while the host joins, and is waited for at the end. A machine that ran is
  // configured only without a record of it, and joined only if offline.
  const { configured, tailnet } = attempt.record();
  const ran = carriesRanLabel(server);

  await attempt.enter('boot');
  const way = await wayTo(attempt, server);
  const bootMs = durationMs(policy.apply.bootTimeout);
  await configurator.waitForBoot(hostOf(attempt, way), bootMs);

  await attempt.enter('configure');
  if (!ran || configured === undefined)
    await configureHost(attempt, { server, way, untilAnswer: false });

  const host = hostOf(attempt, way);
  await attempt.enter('join');
  if (!ran || !(await isOnline(attempt, tailnet?.nodeId))) await joinTailnet(attempt, host, server);

  await attempt.enter('verify');
  await waitUntilHealthy(attempt, host);
  await waitUntilPublished(attempt);
  await verify(attempt, server.id);
}

/**
 * Plays the roles, which also replace the seeded host key by one that the host made itself. The new
 * one is recorded before sshd can show it, and the old one is dropped once a connection has shown
 * the new one: a run that dies in between finds the host with either.
 */
export async function configureHost(
  attempt: Attempt,
  {
    server,
    way,
    untilAnswer,
  }: {
    readonly server: ObservedServer;
    readonly way: Way;
    readonly untilAnswer: boolean;
  },
): Promise<void> {
  const { configurator } = attempt.run.ports;
  const ownKey = await configurator.ownHostKey(hostOf(attempt, way));
  const { hostKey, nextHostKey } = attempt.record();
  if (ownKey !== hostKey && ownKey !== nextHostKey)
    await attempt.note((record) => withNextHostKey(record, ownKey));
  const settings = hostSettingsOf(attempt.agent.spec, server, attempt.run.policy);
  const configHash = configHashOf(settings);
  const { heartbeats, ...asked } = settings;
  const host = hostOf(attempt, way);
  // The recorded server's, which may be another one than the file asks for.
  const revision = attempt.record().chosen?.revision ?? attempt.agent.spec.revision;
  const heartbeat = heartbeats && {
    url: heartbeats.url,
    key: attempt.run.ports.keys.heartbeatKey(attempt.id, revision),
  };
  await configurator.configure(host, { ...asked, heartbeat, configHash, untilAnswer });
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
  const log = await configurator.log(host, tailLines).catch((thrown: unknown) => {
    if (thrown instanceof Failure) return [];
    throw thrown;
  });
  throw new Failure('VerifyFailed', `openclaw does not answer on the host: ${tailText(log)}`);
}

/**
 * Waits until the gateway answers over the tailnet, as the host publishes it. An agent from which
 * nothing arrives here counts as verified: this run is not in the tailnet, or may not reach agents,
 * and neither is the agent's fault.
 */
async function waitUntilPublished(attempt: Attempt): Promise<void> {
  const { clock, log, tailnet } = attempt.run.ports;
  const node = attempt.record().tailnet?.nodeId;
  const device = node === undefined ? null : await tailnet.device(node);
  const address = device?.addresses[0];
  if (device === null || address === undefined) return;
  const until = clock.now() + durationMs(attempt.run.policy.apply.joinTimeout);
  const ask = () => attempt.run.ports.configurator.askOverTailnet({ address, name: device.name });
  let [unreached, said] = [0, ''];
  for (let looks = 0; looks < looksMax; looks += 1) {
    const answer = await inTailnet(attempt, 'only the host says that openclaw answers', ask);
    if (answer === null || (answer.kind === 'answered' && answer.status === 200)) return;
    if (answer.kind === 'unreachable') unreached += 1;
    if (answer.kind === 'unreachable' && unreached >= unreachedMax)
      return log.warn({ agent: attempt.id, ...answer }, 'nothing arrives over the tailnet');
    said = answer.kind === 'answered' ? `answers ${answer.status}` : 'is not published';
    if (clock.now() + lookEveryMs > until) break;
    await clock.wait(lookEveryMs);
  }
  throw new Failure('VerifyFailed', `over the tailnet the gateway ${said}`);
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
