/**
 * Ends an agent's server: for good (retire), to make room for a new one (replace), or because it never
 * came up (rollback). Each says by its guard what has to hold, and ends what belongs to the server, in
 * an order in which what is left can always be found.
 */
import { Failure } from '../../../core/failure.ts';
import { graceEndMs } from '../../../core/fleet/ending.ts';
import { carriesRanLabel, type ObservedServer, serverIsOn } from '../../../core/fleet/observed.ts';
import {
  type DestroyKind,
  wasEndedAfterItRan,
  withoutGoneServer,
  withoutServer,
} from '../../../core/fleet/server-facts.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { expectationOf } from '../../../core/stack/gate.ts';
import { askStripeAgain } from './ask-stripe.ts';
import type { Attempt, Outcome, Run } from './attempt.ts';
import { attemptChange } from './attempt-change.ts';
import {
  addressesOf,
  destroyAddress,
  destroyServer,
  guardedServer,
  type ServerGuard,
} from './destroy-server.ts';
import { removeDevice, removeLeftovers, removeOwnDevice } from './device.ts';
import { isGone } from './guard.ts';
import { revokeLeftKeys } from './join.ts';
import { onKnownServer } from './lease.ts';
import { ownershipOfServer } from './own-server.ts';
import { keepRanLabel, requireFirewalls } from './ssh-access.ts';
import {
  permitted,
  releaseDeadLock,
  releaseDeadLocks,
  rememberedServer,
  removeState,
  stackOf,
} from './stack.ts';

export function retire(run: Run, change: Change & { kind: 'retire' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    const guards = change.servers.map((id) => ({
      ...guardOf(attempt, id),
      askAnew: () => askStripeAgain(attempt),
    }));
    await proveGraceOver(attempt);
    await attempt.enter('power');
    for (const guard of guards) await switchOff(attempt, guard);
    await attempt.enter('device');
    await askStripeAgain(attempt);
    await removeOwnDevice(attempt);
    for (const device of change.devices) await removeDevice(attempt, device);
    await revokeLeftKeys(attempt);
    await attempt.enter('server');
    for (const guard of guards) await endServer(attempt, guard);
    await sayWhatWentByItself(attempt);
    await attempt.enter('address');
    await removeAddresses(attempt, change.addresses);
    await attempt.enter('state');
    // Before the state: nothing looks at an agent any more of which nothing else is left.
    await releaseDeadLocks(attempt);
    await removeState(attempt);
  });
}

/** Only what never ran, by its own nonce. */
export function rollback(run: Run, change: Change & { kind: 'rollback' }): Promise<Outcome> {
  const begin = { ...onKnownServer(run), nonce: () => change.nonce };
  return attemptChange(run, change, begin, async (attempt) => {
    await attempt.enter('server');
    const record = attempt.record();
    if (record.everRunning || wasEndedAfterItRan(record, change.server))
      throw new Failure('OwnershipUnproven', 'an agent that ran is never rolled back');
    const guard = { ...guardOf(attempt, change.server), unprotect: null, askAnew: proveNeverRan };
    await guardedServer(attempt.run, guard);
    await removeOwnDevice(attempt);
    await endServer(attempt, guard);
    await attempt.enter('device');
    await removeLeftovers(attempt);
    await revokeLeftKeys(attempt);
    await attempt.enter('state');
    await removeState(attempt);
  });
}

/** What the record says may be old: the server's own labels say it too. */
async function proveNeverRan(server: ObservedServer): Promise<void> {
  if (carriesRanLabel(server))
    throw new Failure('Superseded', `server ${server.id} carries a mark that it ran`);
}

/** The old one goes only once the new stack is known to plan; the next run makes it. */
export function replace(run: Run, change: Change & { kind: 'replace' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('vm');
    await requireFirewalls(attempt);
    await proveAlone(attempt, change.server);
    await proveThatItPlans(attempt, change);
    await attempt.enter('server');
    const guard = guardOf(attempt, change.server);
    await switchOff(attempt, guard);
    // Before the server: with it the record forgets which device is the agent's.
    await removeOwnDevice(attempt);
    await endServer(attempt, guard);
    // What the create that follows will cost: its place under the ceiling is kept by it.
    const cost = { monthly: change.monthlyCost, currency: run.currency };
    await attempt.note((record) => ({ ...record, cost }));
    await attempt.enter('device');
    if (change.device !== undefined) await removeDevice(attempt, change.device);
    await attempt.enter('state');
    await removeState(attempt);
  });
}

function guardOf(attempt: Attempt, id: string): ServerGuard {
  return {
    ...ownershipOfServer(attempt, id),
    id,
    called: attempt.id,
    kind: attempt.change.kind,
    async unprotect(server) {
      await keepRanLabel(attempt, server);
      await attempt.run.ports.cloud.protect(id, false);
    },
    stateOf: attempt.id,
    tookOver: attempt.tookOver,
    async askAnew() {},
  };
}

async function switchOff({ run }: Attempt, guard: ServerGuard): Promise<void> {
  const server = await guardedServer(run, guard);
  if (server !== null && serverIsOn(server)) await run.ports.cloud.powerOff(server.id);
}

async function endServer(attempt: Attempt, guard: ServerGuard): Promise<void> {
  const { change } = attempt;
  const ended = await destroyServer(attempt.run, guard);
  const said = {
    server: guard.id,
    kind: change.kind as DestroyKind,
    ...('approval' in change && change.approval !== undefined ? { approval: change.approval } : {}),
  };
  // At once: the limits count what was said to be destroyed.
  const without = ended === null ? withoutGoneServer : withoutServer;
  await attempt.note((record, at) => without(record, { at, ...said }));
  if (ended !== null) await removeAddresses(attempt, addressesOf(ended));
}

async function removeAddresses(attempt: Attempt, ids: readonly string[]): Promise<void> {
  const wasEnded = (id: string) => attempt.record().destroyed.some(({ server }) => server === id);
  for (const id of ids) await destroyAddress(attempt.run, id, { agent: attempt.id, wasEnded });
}

/** A recorded server that the plan no longer saw: it went by itself, or a run died after its end. */
async function sayWhatWentByItself(attempt: Attempt): Promise<void> {
  const { server } = attempt.record();
  if (server === undefined) return;
  if (!(await isGone(attempt.run, server.id, attempt.id)))
    throw new Failure('Superseded', `server ${server.id} is there again`);
  await attempt.note((record, at) =>
    withoutGoneServer(record, { at, server: server.id, kind: 'retire' }),
  );
}

/** The plan went by the policy of its time; the one of now may grant more. */
async function proveGraceOver({ agent, run, record }: Attempt): Promise<void> {
  const { retired } = agent.spec;
  if (retired === undefined) throw new Failure('Superseded', 'it is not retired any more');
  const nowMs = await run.ports.cloud.now();
  const endsMs = graceEndMs(agent.spec, record(), { policy: run.policy, nowMs });
  if (nowMs < endsMs)
    throw new Failure('Superseded', `its grace now ends at ${new Date(endsMs).toISOString()}`);
}

/** Another server with the agent's label would keep the create that follows from being made. */
async function proveAlone(attempt: Attempt, id: string): Promise<void> {
  const { run } = attempt;
  const labelled = await run.ports.cloud.serversOf(run.policy.fleet, attempt.id);
  const other = labelled.find((server) => server.id !== id);
  if (other !== undefined)
    throw new Failure('Superseded', `server ${other.id} carries the label of the agent too`);
}

async function proveThatItPlans(
  attempt: Attempt,
  change: Change & { kind: 'replace' },
): Promise<void> {
  const { keys, stacks } = attempt.run.ports;
  const seeds = { nonce: keys.newNonce(), created: 1, bootstrap: true };
  const spec = stackOf(attempt, change.choice, seeds);
  // The create that follows is refused over a state that remembers another server.
  const remembered = await rememberedServer(attempt);
  if (remembered !== null && remembered.id !== change.server)
    throw new Failure('GateRefused', `its state remembers server ${remembered.id}`);
  // Beside the state of the server that still runs: in its place this would be a replacement.
  const aside = { ...spec, stateKey: spec.stateKey.replace('terraform.', 'next.') };
  await releaseDeadLock(attempt.run, aside.stateKey, attempt.tookOver);
  await using planned = await stacks.plan({ spec: aside, imports: [] });
  permitted(planned, expectationOf('create'));
}
