/** Whether an agent has a server: adopt, retire, rollback, replace, resume, create, give up. */
import { spoilsServer } from '../fleet/attempt.ts';
import { graceEndMs } from '../fleet/ending.ts';
import { labelNames } from '../fleet/observed.ts';
import { isGivenUp } from '../fleet/receipts.ts';
import { nextRevision } from '../fleet/revisions.ts';
import { choiceOfServer } from '../fleet/server-choice.ts';
import { carriesAllLabels } from '../fleet/server-place.ts';
import {
  change,
  type Decision,
  idle,
  type OnServer,
  type Retired,
  type Situation,
} from '../fleet/situation.ts';
import { pricedChoice } from '../stack/cost.ts';

/**
 * The only server with all our labels becomes the agent's, whether it should run or not: power-off or
 * retirement follows. What is not clear is for people.
 */
export function adopt(situation: Situation): Decision {
  const { view, world } = situation;
  const [candidate, ...more] = view.others.filter((one) => carriesAllLabels(one, view.agent));
  if (candidate === undefined || more.length > 0) return spareServers(situation);
  return change(situation, {
    kind: 'adopt',
    because: 'one server carries all of its labels and none is recorded',
    server: candidate.id,
    nonce: candidate.labels[labelNames.nonce] ?? '',
    choice: choiceOfServer(candidate, view.agent.spec, world),
  });
}

/** ms; infinite without a tombstone. */
export function graceEnd({ view, world }: Situation): number {
  return graceEndMs(view.agent.spec, view.record, world);
}

export function graceIsOver(situation: Situation): boolean {
  return situation.world.nowMs >= graceEnd(situation);
}

/** null where nothing is left. A dead run's lease is something: that run may have left a lock. */
export function retire(situation: Retired): Decision | null {
  const { view, server, retired } = situation;
  const servers = server === null ? [] : [server.id];
  const devices = view.devices.map(({ nodeId }) => nodeId);
  const addresses = view.addresses.map(({ id }) => id);
  const isLeft = [servers, devices, addresses].some((things) => things.length > 0) || view.state;
  if (!isLeft && view.record?.lease === undefined) return null;
  return change(situation, {
    kind: 'retire',
    because: `retired by ${retired.by} at ${retired.at}: ${retired.reason}`,
    by: retired.by,
    servers,
    devices,
    addresses,
    state: view.state,
  });
}

/** A person's tombstone over access that has not ended stays, and is said once the record says gone. */
export function finalize(situation: Retired): Decision {
  const { view, retired } = situation;
  const { state } = view.agent.spec.access;
  const fileGoes = state === 'ended';
  if (!fileGoes && view.record?.gone !== undefined) {
    const message = `retired by ${retired.by} and its subscription has not ended (access is ${state}); nothing is left of it`;
    return idle(situation, 'PaidButRetired', message);
  }
  const finished = { agent: view.id, path: view.path, file: view.oid, fileGoes };
  return { kind: 'finished', finished };
}

/** A server whose making failed early, needs a person or was tried enough; null for any other. */
export function rollback(situation: OnServer): Decision | null {
  const { server } = situation;
  const nonce = server.labels[labelNames.nonce];
  const because = rollbackCause(situation);
  if (nonce === undefined || because === null) return null;
  return change(situation, { kind: 'rollback', because, server: server.id, nonce });
}

function rollbackCause(situation: Situation): string | null {
  const { failure, attempts } = situation;
  if (isRevisionHigher(situation)) return 'a newer revision is asked for and this server never ran';
  if (attempts.kind === 'spent') return `all ${attempts.used} attempts are used up`;
  if (failure === null || !spoilsServer(failure)) return null;
  return failure.stalled
    ? `the last attempt failed for good: ${failure.reason}`
    : `the last attempt ended at step ${failure.step}: ${failure.reason}`;
}

export function isRevisionHigher({ view }: Situation): boolean {
  const chosen = view.record?.chosen;
  return chosen !== undefined && view.agent.spec.revision > chosen.revision;
}

/**
 * The old server goes now, the create row makes the new one. Whatever would refuse that create defers
 * the whole: an end without a beginning helps no customer.
 */
export function replace(situation: OnServer): Decision {
  const { view, server, attempts } = situation;
  // One that a create made and no record names yet is among them.
  if (view.others.some(({ id }) => id !== server.id)) return spareServers(situation);
  if (attempts.kind === 'waiting') return retryLater(situation, attempts.dueMs);
  if (attempts.kind === 'spent') {
    const { revision } = view.agent.spec;
    const message = `revision ${revision} has used up its ${attempts.used} attempts before; revision ${nextRevision(revision, view.record)} replaces the server`;
    return idle(situation, 'Failed', message);
  }
  const choice = chosen(situation);
  if (choice.kind === 'none') return idle(situation, 'NoSuchOffer', choice.message);
  const device = view.devices[0]?.nodeId;
  return change(situation, {
    kind: 'replace',
    customer: view.agent.spec.customer,
    because: `revision ${view.agent.spec.revision} is asked for, revision ${view.record?.chosen?.revision} runs`,
    server: server.id,
    ...(device === undefined ? {} : { device }),
    choice: choice.choice,
    monthlyCost: choice.monthly,
    since: view.agent.spec.access.since,
  });
}

/** A server that a create of ours made and its record does not know verified. */
export function isToBringUp({ wanted, unfinished, server }: OnServer): boolean {
  return wanted && unfinished && labelNames.nonce in server.labels;
}

/** It goes on where it stopped. */
export function resume(situation: OnServer): Decision {
  const { view, server, failure } = situation;
  const dueMs = nextAttemptMs(situation);
  if (dueMs !== null) return retryLater(situation, dueMs);
  const recorded = view.record?.server;
  return change(situation, {
    kind: 'resume',
    because:
      failure === null
        ? 'its server is there and was never brought up'
        : `the last attempt ended at step ${failure.step}: ${failure.reason}`,
    server: server.id,
    // Another one may be recorded: what a later create made is not noted yet.
    nonce: recorded?.id === server.id ? recorded.nonce : (server.labels[labelNames.nonce] ?? ''),
  });
}

/**
 * When the next attempt to bring a server up is due, ms; null where it is. One that carries a mark that
 * it ran is never given up: past its attempts it is tried as rarely as the policy says.
 */
export function nextAttemptMs({ attempts, world }: Situation): number | null {
  if (attempts.kind === 'waiting') return attempts.dueMs;
  return attempts.kind === 'spent' && world.nowMs < attempts.againMs ? attempts.againMs : null;
}

export function create(situation: Situation): Decision {
  const { view, attempts } = situation;
  if (attempts.kind === 'waiting') return retryLater(situation, attempts.dueMs);
  const choice = chosen(situation);
  if (choice.kind === 'none') return idle(situation, 'NoSuchOffer', choice.message);
  const lost = view.record?.everRunning === true && view.record.server !== undefined;
  const oldDevice = view.devices[0]?.nodeId;
  return change(situation, {
    kind: 'create',
    customer: view.agent.spec.customer,
    because: lost
      ? `its server ${view.record?.server?.id} is gone`
      : 'access is granted and there is no server',
    choice: choice.choice,
    monthlyCost: choice.monthly,
    since: view.agent.spec.access.since,
    ...(oldDevice === undefined ? {} : { oldDevice }),
  });
}

/** null while attempts are left. */
export function giveUp(situation: Situation): Decision | null {
  const { view, attempts } = situation;
  if (attempts.kind !== 'spent') return null;
  const { used, last } = attempts;
  const { revision } = view.agent.spec;
  const reason = last.reason ?? 'unknown';
  const { record } = view;
  if (record !== null && isGivenUp(record, revision) && record.lease === undefined) {
    const message = `gave up after ${used} attempts (${reason}); revision ${nextRevision(revision, record)} tries again`;
    return idle(situation, 'Failed', message);
  }
  return change(situation, {
    kind: 'giveUp',
    because: `attempt ${used} failed: ${reason}`,
    revision,
    attempts: used,
  });
}

function spareServers(situation: Situation): Decision {
  const ids = situation.view.others.map(({ id }) => id).sort();
  const who = ids.length === 1 ? `server ${ids[0]} carries` : `servers ${ids.join(', ')} carry`;
  const message = `${who} its label and cannot be proven to be its own; nothing is made or ended before a person decides`;
  return idle(situation, 'SpareServer', message);
}

function retryLater(situation: Situation, dueMs: number): Decision {
  const { failure, attempts } = situation;
  const step = failure?.step ?? 'unknown';
  const message = `attempt ${attempts.used} failed at step ${step}: ${failure?.reason ?? 'unknown'}`;
  return idle(situation, 'RetryLater', message, dueMs);
}

function chosen({ view, world, breakers }: Situation) {
  const { catalog, offers } = world;
  const { spec } = view.agent;
  return pricedChoice({ spec, record: view.record, catalog, offers, breakers });
}
