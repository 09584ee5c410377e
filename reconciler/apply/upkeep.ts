/** Changes of a server that stays: power, size, repairs, configuration in place. */
import { Failure } from '../core/failure.ts';
import { type ObservedServer, serverIsOn } from '../core/observed.ts';
import { withPower } from '../core/progress.ts';
import type { Change } from '../core/situation.ts';
import { type Attempt, attemptChange, type Outcome, onKnownServer, type Run } from './attempt.ts';
import { closeDoor, configureHost, hostOf, noteDevice, openDoor } from './bring-up.ts';
import { applyStack, existingStack, importsFor } from './stack.ts';
import { ourServer } from './witness.ts';

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
    await setPower(attempt, before, 'off');
    const spec = existingStack(attempt, before, chosen);
    const imports = await importsFor(attempt, spec.stateKey, before);
    await applyStack(attempt, { spec, expect: { allow: 'updates' }, imports });
    await attempt.note((record) => ({ ...record, chosen }));
    // The API may have started it again on its own.
    await setPower(attempt, await ourServer(attempt, change.server), to);
  });
}

/** Puts right what drifted, each kind by its own means; what is right is left alone. */
export function repair(run: Run, change: Change & { kind: 'repair' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('repair');
    const drifted = new Set(change.drifts);
    const server = await ourServer(attempt, change.server);
    if (drifted.has('labels') || drifted.has('state')) {
      const spec = existingStack(attempt, server, chosenOf(attempt));
      const imports = await importsFor(attempt, spec.stateKey, server);
      await applyStack(attempt, { spec, expect: { allow: 'updates' }, imports });
    }
    if (drifted.has('device')) await joinAgain(attempt, change.server);
    if (drifted.has('bootstrap')) await closeDoor(attempt, await ourServer(attempt, server.id));
    if (drifted.has('protection')) await run.ports.cloud.protect(server.id, true);
  });
}

/** The roles once more, on the machine as it is. */
export function configure(run: Run, change: Change & { kind: 'configure' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('configure');
    const server = await ourServer(attempt, change.server);
    await throughTheDoor(attempt, server, () => configureHost(attempt, hostOf(attempt, server)));
    await attempt.note((record, at) => withPower(record, 'on', at));
  });
}

async function joinAgain(attempt: Attempt, serverId: string): Promise<void> {
  const server = await ourServer(attempt, serverId);
  await throughTheDoor(attempt, server, () => noteDevice(attempt, hostOf(attempt, server), server));
}

/** A door that stays open after a failure here carries its label, and is the next tick's repair. */
async function throughTheDoor(
  attempt: Attempt,
  server: ObservedServer,
  work: () => Promise<void>,
): Promise<void> {
  await openDoor(attempt, server);
  await work();
  await closeDoor(attempt, await ourServer(attempt, server.id));
}

async function setPower(attempt: Attempt, server: ObservedServer, to: 'on' | 'off'): Promise<void> {
  const { cloud } = attempt.run.ports;
  await attempt.mayGoOn();
  if (to === 'on') await cloud.powerOn(server.id);
  else await cloud.powerOff(server.id);
  await attempt.note((record, at) => withPower(record, to, at));
}

function chosenOf(attempt: Attempt) {
  const { chosen } = attempt.record();
  if (chosen === undefined)
    throw new Failure('WitnessMissing', 'what was chosen for its server is not recorded');
  return chosen;
}
