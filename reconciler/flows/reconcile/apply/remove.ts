/**
 * Destroys an agent's server: for good (retire), to make room for a new one (replace), or because
 * it never ran (rollback). Each has its own guard, and deletes the server's other resources in an
 * order that keeps the rest discoverable.
 */
import { Failure } from '../../../core/failure.ts';
import { graceEndMs } from '../../../core/fleet/ending.ts';
import {
  agentStateKey,
  carriesRanLabel,
  type ObservedServer,
  serverIsOn,
} from '../../../core/fleet/observed.ts';
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
    // First: without its state no run looks at this agent again.
    await releaseDeadLocks(attempt);
    await removeState(attempt);
  });
}

/** Only a server that never ran, identified by its nonce. */
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

/** The record may be stale: the server's own labels are checked too. */
async function proveNeverRan(server: ObservedServer): Promise<void> {
  if (carriesRanLabel(server))
    throw new Failure('Superseded', `server ${server.id} is marked as one that ran`);
}

/** Destroys the server only if the new stack can be planned; the next run creates the new one. */
export function replace(run: Run, change: Change & { kind: 'replace' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('vm');
    await requireFirewalls(attempt);
    await proveAlone(attempt, change.server);
    await proveThatItPlans(attempt, change);
    await attempt.enter('server');
    const guard = guardOf(attempt, change.server);
    await switchOff(attempt, guard);
    // First: removing the server from the record removes the device too.
    await removeOwnDevice(attempt);
    await endServer(attempt, guard);
    // Reserves the cost of the create that follows under the ceiling.
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
    stateKey: agentStateKey(attempt.run.policy.fleet, attempt.id),
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
  // At once: the limits count recorded destructions.
  const without = ended === null ? withoutGoneServer : withoutServer;
  await attempt.note((record, at) => without(record, { at, ...said }));
  if (ended !== null) await removeAddresses(attempt, addressesOf(ended));
}

async function removeAddresses(attempt: Attempt, ids: readonly string[]): Promise<void> {
  const wasEnded = (id: string) => attempt.record().destroyed.some(({ server }) => server === id);
  for (const id of ids) await destroyAddress(attempt.run, id, { agent: attempt.id, wasEnded });
}

/** Records that a server is gone that the plan did not see: a dead run may have deleted it. */
async function sayWhatWentByItself(attempt: Attempt): Promise<void> {
  const { server } = attempt.record();
  if (server === undefined) return;
  if (!(await isGone(attempt.run, server.id, attempt.id)))
    throw new Failure('Superseded', `server ${server.id} exists again`);
  await attempt.note((record, at) =>
    withoutGoneServer(record, { at, server: server.id, kind: 'retire' }),
  );
}

/** The grace by the current policy, which may be longer than the plan's. */
async function proveGraceOver({ agent, run, record }: Attempt): Promise<void> {
  const { retired } = agent.spec;
  if (retired === undefined) throw new Failure('Superseded', 'it is no longer retired');
  const nowMs = await run.ports.cloud.now();
  const endsMs = graceEndMs(agent.spec, record(), { policy: run.policy, nowMs });
  if (nowMs < endsMs)
    throw new Failure('Superseded', `its grace now ends at ${new Date(endsMs).toISOString()}`);
}

/** Another server with the agent's label would block the create that follows. */
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
  // The create that follows requires a state without another server.
  const remembered = await rememberedServer(attempt);
  if (remembered !== null && remembered.id !== change.server)
    throw new Failure('GateRefused', `its state remembers server ${remembered.id}`);
  // Under another state key: under the server's own, Terraform would plan a replacement.
  const aside = { ...spec, stateKey: spec.stateKey.replace('terraform.', 'next.') };
  await releaseDeadLock(attempt.run, aside.stateKey, attempt.tookOver);
  await using planned = await stacks.plan({ spec: aside, imports: [] });
  permitted(planned, expectationOf('create'));
}
