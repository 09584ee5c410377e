/**
 * Ends a server: for good (retire), to make room for a new one (replace), or because it never came
 * up (rollback). Power off, device, unprotect, server by Terraform, proven by looking, by API only
 * where it is still there; then its address and its state.
 */
import { Failure, isFailure } from '../../../core/failure.ts';
import { graceEndMs } from '../../../core/fleet/ending.ts';
import { carriesRunMark, serverIsOn } from '../../../core/fleet/observed.ts';
import {
  type DestroyKind,
  wasEndedAfterItRan,
  withoutGoneServer,
  withoutServer,
} from '../../../core/fleet/server-facts.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { agentStackSpec, emptyStackSpec } from '../../../core/stack/stack-spec.ts';
import { removeAddress } from './address.ts';
import { askStripeAgain } from './ask-stripe.ts';
import type { Attempt, Outcome, Run } from './attempt.ts';
import { attemptChange } from './attempt-change.ts';
import { onKnownServer } from './claim.ts';
import { removeDevice, removeLeftovers, removeOwnDevice } from './device.ts';
import { keepMark, requireFirewalls } from './door.ts';
import { revokeLeftKeys } from './join.ts';
import {
  applyStack,
  permitted,
  releaseDeadLock,
  releaseDeadLocks,
  rememberedServer,
} from './stack.ts';
import { type Expected, isGone, witnessed } from './witness.ts';

export function retire(run: Run, change: Change & { kind: 'retire' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await proveGraceOver(attempt);
    await attempt.enter('power');
    await askStripeAgain(attempt);
    for (const id of change.servers) {
      const server = await witnessed(attempt, expectedOf(attempt, id));
      if (server !== null && serverIsOn(server)) await attempt.run.ports.cloud.powerOff(server.id);
    }
    await attempt.enter('device');
    await askStripeAgain(attempt);
    await removeOwnDevice(attempt);
    for (const device of change.devices) await removeDevice(attempt, device);
    await revokeLeftKeys(attempt);
    await attempt.enter('server');
    for (const id of change.servers) {
      await askStripeAgain(attempt);
      await endServer(attempt, id, { kind: 'retire', ...of(change) });
    }
    await sayWhatWentByItself(attempt);
    await attempt.enter('address');
    for (const id of change.addresses) await removeAddress(attempt, id);
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
    await proveNeverRan(attempt, change.server);
    await witnessed(attempt, expectedOf(attempt, change.server));
    await removeOwnDevice(attempt);
    await endServer(attempt, change.server, { kind: 'rollback', ...of(change) });
    await attempt.enter('device');
    await removeLeftovers(attempt);
    await revokeLeftKeys(attempt);
    await attempt.enter('state');
    await removeState(attempt);
  });
}

/** What the record says may be old: the server's own marks say it too. */
async function proveNeverRan(attempt: Attempt, id: string): Promise<void> {
  if (attempt.record().everRunning || wasEndedAfterItRan(attempt.record(), id))
    throw new Failure('WitnessMissing', 'an agent that ran is never rolled back');
  const server = await attempt.run.ports.cloud.server(id);
  if (server !== null && carriesRunMark(server))
    throw new Failure('Superseded', `server ${id} carries a mark that it ran`);
}

/** The old one goes only once the new stack is known to plan; the next tick makes it. */
export function replace(run: Run, change: Change & { kind: 'replace' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('vm');
    await requireFirewalls(attempt);
    await proveAlone(attempt, change.server);
    await proveThatItPlans(attempt, change);
    await attempt.enter('server');
    const server = await witnessed(attempt, expectedOf(attempt, change.server));
    if (server !== null && serverIsOn(server)) await attempt.run.ports.cloud.powerOff(server.id);
    // Before the server: with it the record forgets which device is the agent's.
    await removeOwnDevice(attempt);
    await endServer(attempt, change.server, { kind: 'replace', ...of(change) });
    // What the create that follows will cost: its place under the ceiling is kept by it.
    const cost = { monthly: change.monthlyCost, currency: run.currency };
    await attempt.note((record) => ({ ...record, cost }));
    await attempt.enter('device');
    if (change.device !== undefined) await removeDevice(attempt, change.device);
    await attempt.enter('state');
    await removeState(attempt);
  });
}

type Ending = { readonly kind: DestroyKind; readonly approval?: string };

function of(change: { readonly approval?: string }): { approval?: string } {
  return change.approval === undefined ? {} : { approval: change.approval };
}

async function endServer(attempt: Attempt, id: string, ending: Ending): Promise<void> {
  const { cloud } = attempt.run.ports;
  const expected = expectedOf(attempt, id);
  const before = await witnessed(attempt, expected);
  if (before !== null) {
    // What carries a mark that it ran is protected, and a rollback never lifts that.
    if (ending.kind !== 'rollback') {
      await keepMark(attempt, before);
      await goneAfter(attempt, id, () => cloud.protect(id, false));
    }
    await goneAfter(attempt, id, () => endByTerraform(attempt, id));
    if ((await witnessed(attempt, expected)) !== null)
      await goneAfter(attempt, id, () => cloud.deleteServer(id));
  }
  if (!(await isGone(attempt, id)))
    throw new Failure('OutcomeUnknown', `server ${id} is still there after it was deleted`);
  // At once: the limits count what was said to be destroyed.
  const without = before === null ? withoutGoneServer : withoutServer;
  await attempt.note((record, at) => without(record, { at, server: id, ...ending }));
  if (before === null) return;
  for (const address of [before.ipv4Id, before.ipv6Id])
    if (address !== null) await removeAddress(attempt, address);
}

async function endByTerraform(attempt: Attempt, id: string): Promise<void> {
  const spec = emptyStackSpec(attempt.run.policy, attempt.id);
  const remembered = await rememberedServer(attempt, spec.stateKey);
  // A state that knows another server says nothing about this one, and is not to end that one.
  if (remembered?.id !== id) return;
  await attempt.mayGoOn();
  await applyStack(attempt, { spec, expect: { allow: 'deletes', ids: [id] }, imports: [] });
}

/** What a failed deletion did is found out by looking: an answer that was lost is no failure. */
async function goneAfter(attempt: Attempt, id: string, end: () => Promise<void>): Promise<void> {
  try {
    await end();
  } catch (failure) {
    // An action that finds no server is as good a look as a GET, and those may be old.
    const isThere =
      !isFailure(failure, 'NotFound') && (await attempt.run.ports.cloud.server(id)) !== null;
    if (isThere) throw failure;
    attempt.run.ports.log.warn(
      { agent: attempt.id, server: id, failure },
      'it is gone all the same',
    );
  }
}

/** A recorded server that the plan no longer saw: it went by itself, or a run died after its end. */
async function sayWhatWentByItself(attempt: Attempt): Promise<void> {
  const { server } = attempt.record();
  if (server === undefined) return;
  if (!(await isGone(attempt, server.id)))
    throw new Failure('Superseded', `server ${server.id} is there again`);
  await attempt.note((record, at) =>
    withoutGoneServer(record, { at, server: server.id, kind: 'retire' }),
  );
}

/** Last: until here it is what a later try would find the rest by. */
async function removeState(attempt: Attempt): Promise<void> {
  const { states } = attempt.run.ports;
  const { stateKey } = emptyStackSpec(attempt.run.policy, attempt.id);
  const { items } = await states.list(stateKey);
  const remembered = await rememberedServer(attempt, stateKey);
  if (remembered !== null && !(await isGone(attempt, remembered.id)))
    throw new Failure('GateRefused', `its state remembers server ${remembered.id}, which is there`);
  await attempt.mayGoOn();
  if (items.some((state) => state.key === stateKey)) await states.remove(stateKey);
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
  const { subscription, customer } = attempt.agent.spec;
  const spec = agentStackSpec({
    policy: attempt.run.policy,
    agent: attempt.id,
    subscription,
    customer,
    choice: change.choice,
    nonce: attempt.run.ports.keys.newNonce(),
    created: 1,
    userData: '#cloud-config\n',
    sshKeys: [],
    bootstrap: true,
  });
  // The create that follows is refused over a state that remembers another server.
  const remembered = await rememberedServer(attempt, spec.stateKey);
  if (remembered !== null && remembered.id !== change.server)
    throw new Failure('GateRefused', `its state remembers server ${remembered.id}`);
  // Beside the state of the server that still runs: in its place this would be a replacement.
  const aside = { ...spec, stateKey: spec.stateKey.replace('terraform.', 'next.') };
  await releaseDeadLock(attempt.run, aside.stateKey, attempt.tookOver);
  await using planned = await attempt.run.ports.stacks.plan({ spec: aside, imports: [] });
  permitted(planned, { allow: 'creates' });
}

function expectedOf(attempt: Attempt, id: string): Expected {
  const { server, claim } = attempt.record();
  const recorded = server !== undefined && server.id === id;
  const nonce = recorded ? server.nonce : (claim?.nonce ?? '');
  return { id, nonce, created: recorded ? server.created : null };
}
