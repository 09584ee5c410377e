/** Changes an existing server in place: power, size, repairs, configuration. */
import { type ObservedServer, serverIsOn } from '../../../core/fleet/observed.ts';
import { withPower } from '../../../core/fleet/server-facts.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { monthlyCost } from '../../../core/stack/cost.ts';
import type { Attempt, Outcome, Run } from './attempt.ts';
import { attemptChange } from './attempt-change.ts';
import { configureHost } from './bring-up.ts';
import { repairKeyExpiry } from './device-key.ts';
import { repairName } from './device-name.ts';
import { setIsolation } from './isolation.ts';
import { joinTailnet } from './join.ts';
import { onKnownServer } from './lease.ts';
import { ourServer } from './own-server.ts';
import { closeSsh, holdAgain, labelAsRan, openSsh, waitForFirewall } from './ssh-access.ts';
import { chosenOf, importsFor, releaseDeadLocks, updateStack } from './stack.ts';
import { hostOf, onHost, publicWay } from './way.ts';

/** Switches the server on or off; does nothing where it already is. */
export function power(run: Run, change: Change & { kind: 'power' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('power');
    const server = await ourServer(attempt, change.server);
    await setPower(attempt, server, change.to);
  });
}

/** Switches the server off, changes its type on the same disk, and restores its power. */
export function resize(run: Run, change: Change & { kind: 'resize' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('resize');
    const before = await ourServer(attempt, change.server);
    const chosen = { ...chosenOf(attempt), plan: change.plan, serverType: change.to };
    const to = serverIsOn(before) ? 'on' : 'off';
    // First: a state or a price that cannot be read must not cause a restart.
    const imports = await importsFor(attempt, before);
    const cost = await costOf(run, change.to, before.location);
    await setPower(attempt, before, 'off');
    await updateStack(attempt, { ...before, serverType: change.to }, imports, chosen);
    await attempt.note((record) => ({ ...record, chosen, cost }));
    // The API may have started it.
    await setPower(attempt, await ourServer(attempt, change.server), to);
  });
}

/** Corrects each kind of drift that the plan found, and nothing else. */
export function repair(run: Run, change: Change & { kind: 'repair' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('repair');
    const drifted = new Set(change.drifts);
    // First: the other repairs do not need port 22, and may fail for hours.
    if (drifted.has('isolation')) await setIsolation(attempt, change.server);
    if (drifted.has('bootstrap')) await closeSsh(attempt, await ourServer(attempt, change.server));
    const server = await ourServer(attempt, change.server);
    if (drifted.has('labels') || drifted.has('name') || drifted.has('state')) {
      const imports = await importsFor(attempt, server);
      await updateStack(attempt, server, imports);
    }
    if (drifted.has('lock')) await releaseDeadLocks(attempt);
    if (drifted.has('firewall')) {
      await holdAgain(attempt, change.server, 'base');
      await waitForFirewall(attempt, await ourServer(attempt, change.server), 'base');
    }
    if (drifted.has('device')) await joinAgain(attempt, change.server);
    if (drifted.has('protection'))
      await labelAsRan(attempt, await ourServer(attempt, change.server));
    const isNow = serverIsOn(server) ? 'on' : 'off';
    if (drifted.has('deviceName')) await repairName(attempt);
    if (drifted.has('keyExpiry')) await repairKeyExpiry(attempt);
    if (drifted.has('record')) await attempt.note((record, at) => withPower(record, isNow, at));
  });
}

/** Runs the roles again on the existing machine. */
export function configure(run: Run, change: Change & { kind: 'configure' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('configure');
    const server = await ourServer(attempt, change.server);
    await onHost(attempt, server, (way) =>
      configureHost(attempt, { server, way, untilAnswer: true }),
    );
    await attempt.note((record, at) => withPower(record, 'on', at));
  });
}

async function joinAgain(attempt: Attempt, serverId: string): Promise<void> {
  const server = await ourServer(attempt, serverId);
  const host = hostOf(attempt, publicWay(server));
  await openSsh(attempt, server);
  await joinTailnet(attempt, host, server);
  await closeSsh(attempt, await ourServer(attempt, serverId));
}

async function setPower(attempt: Attempt, server: ObservedServer, to: 'on' | 'off'): Promise<void> {
  const { cloud } = attempt.run.ports;
  if (to === 'on') await cloud.powerOn(server.id);
  else await cloud.powerOff(server.id);
  await attempt.note((record, at) => withPower(record, to, at));
}

/** The monthly cost by Hetzner's current price list. */
export async function costOf(run: Run, serverType: string, location: string) {
  const offers = await run.ports.cloud.offers();
  return { monthly: monthlyCost(offers, { serverType, location }), currency: offers.currency };
}
