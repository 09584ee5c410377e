/**
 * Rows about creating and ending servers: adopt, retire, rollback, replace, resume, create, give
 * up.
 */
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
 * Adopts the only server with all our labels, whether the agent should run or not: a power-off or
 * retirement follows. If it is not unique, a person decides.
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

/** null if nothing is left. A dead run's lease counts as left: that run may have left a lock. */
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

/** A tombstone over access that has not ended stays, and is reported once the record is `gone`. */
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

/**
 * null unless the create failed early or permanently, attempts are spent, or the revision is
 * higher.
 */
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
 * Ends the old server; the create row makes the new one in the next run. Any limit on that create
 * defers the whole replacement, so that no server is ended without a successor.
 */
export function replace(situation: OnServer): Decision {
  const { view, server, attempts } = situation;
  // These include a server that a create made and no record names yet.
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

/** Whether its server was made by one of our creates and is not recorded as verified. */
export function isToBringUp({ wanted, unfinished, server }: OnServer): boolean {
  return wanted && unfinished && labelNames.nonce in server.labels;
}

/** Continues an interrupted create. */
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
    // The record may name another server: one that a later create made may not be recorded yet.
    nonce: recorded?.id === server.id ? recorded.nonce : (server.labels[labelNames.nonce] ?? ''),
  });
}

/**
 * When the next attempt to bring a server up is due, ms; null if now. A server that ran is never
 * given up: once its attempts are spent, it is retried after the policy's longest delay.
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
  const { view, attempts, world } = situation;
  if (attempts.kind !== 'spent') return null;
  const { refund } = world.policy;
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
    refund: refund.scope,
    subscription: refund.then,
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
