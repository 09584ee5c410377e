/** Changes of a server that stays: power, size, repairs, configuration in place. */
import { type ObservedServer, serverIsOn } from '../../../core/fleet/observed.ts';
import { withPower } from '../../../core/fleet/server-facts.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { monthlyCost } from '../../../core/stack/cost.ts';
import type { Attempt, Outcome, Run } from './attempt.ts';
import { attemptChange } from './attempt-change.ts';
import { configureHost, hostOf } from './bring-up.ts';
import { repairName } from './device-name.ts';
import { joinTailnet } from './join.ts';
import { onKnownServer } from './lease.ts';
import { ourServer } from './own-server.ts';
import { closeSsh, holdAgain, labelAsRan, waitForFirewall, withSshOpen } from './ssh-access.ts';
import { chosenOf, importsFor, releaseDeadLocks, updateStack } from './stack.ts';

/** Switches the server on or off; one that is so already is fine. */
export function power(run: Run, change: Change & { kind: 'power' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('power');
    const server = await ourServer(attempt, change.server);
    await setPower(attempt, server, change.to);
  });
}

/** Off, another type on the same disk, and then as it was. */
export function resize(run: Run, change: Change & { kind: 'resize' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('resize');
    const before = await ourServer(attempt, change.server);
    const chosen = { ...chosenOf(attempt), plan: change.plan, serverType: change.to };
    const to = serverIsOn(before) ? 'on' : 'off';
    // Before anything is switched off: a state or a price that cannot be read causes no restart.
    const imports = await importsFor(attempt, before);
    const cost = await costOf(run, change.to, before.location);
    await setPower(attempt, before, 'off');
    await updateStack(attempt, { ...before, serverType: change.to }, imports, chosen);
    await attempt.note((record) => ({ ...record, chosen, cost }));
    // The API may have started it again on its own.
    await setPower(attempt, await ourServer(attempt, change.server), to);
  });
}

/** Puts right what drifted, each kind by its own means; what is right is left alone. */
export function repair(run: Run, change: Change & { kind: 'repair' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('repair');
    const drifted = new Set(change.drifts);
    // First: none of the rest needs port 22 open for longer, and any of it may fail for hours.
    if (drifted.has('bootstrap')) await closeSsh(attempt, await ourServer(attempt, change.server));
    const server = await ourServer(attempt, change.server);
    if (drifted.has('labels') || drifted.has('name') || drifted.has('state')) {
      const imports = await importsFor(attempt, server);
      await updateStack(attempt, server, imports);
    }
    if (drifted.has('lock')) await releaseDeadLocks(attempt);
    if (drifted.has('firewall')) {
      await holdAgain(attempt, change.server, 'base');
      await waitForFirewall(attempt, change.server, 'base');
    }
    if (drifted.has('device')) await joinAgain(attempt, change.server);
    if (drifted.has('protection')) await labelAsRan(attempt, server.id);
    const isNow = serverIsOn(server) ? 'on' : 'off';
    if (drifted.has('deviceName')) await repairName(attempt);
    if (drifted.has('record')) await attempt.note((record, at) => withPower(record, isNow, at));
  });
}

/** The roles once more, on the machine as it is. */
export function configure(run: Run, change: Change & { kind: 'configure' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('configure');
    const server = await ourServer(attempt, change.server);
    const host = hostOf(attempt, server);
    await withSshOpen(attempt, server, () => configureHost(attempt, host));
    await attempt.note((record, at) => withPower(record, 'on', at));
  });
}

async function joinAgain(attempt: Attempt, serverId: string): Promise<void> {
  const server = await ourServer(attempt, serverId);
  const host = hostOf(attempt, server);
  await withSshOpen(attempt, server, () => joinTailnet(attempt, host, server));
}

async function setPower(attempt: Attempt, server: ObservedServer, to: 'on' | 'off'): Promise<void> {
  const { cloud } = attempt.run.ports;
  if (to === 'on') await cloud.powerOn(server.id);
  else await cloud.powerOff(server.id);
  await attempt.note((record, at) => withPower(record, to, at));
}

/** What a server costs from now on, by Hetzner's price list of today. */
export async function costOf(run: Run, serverType: string, location: string) {
  const offers = await run.ports.cloud.offers();
  return { monthly: monthlyCost(offers, { serverType, location }), currency: offers.currency };
}
