/** Whether an agent has a server: retire, rollback, replace, resume, adopt, create, give up. */

import { spoilsServer } from '../fleet/attempt.ts';
import { graceEndMs } from '../fleet/ending.ts';
import { labelNames } from '../fleet/observed.ts';
import { isGivenUp } from '../fleet/receipts.ts';
import { nextRevision } from '../fleet/revisions.ts';
import { choiceOfServer } from '../fleet/server-choice.ts';
import { carriesAllLabels } from '../fleet/server-place.ts';
import { change, changeHead, idle, type Row, type Situation, unread } from '../fleet/situation.ts';
import { pricedChoice } from '../stack/cost.ts';

/** Retired, grace over, anything of it left, be it a dead run's claim: retire. Nothing: settle. */
export const retireRow: Row = (situation) => {
  const { view, world, server } = situation;
  const retired = view.agent.spec.retired;
  if (retired === undefined || world.nowMs < graceEnd(situation)) return null;
  // Once it is gone its addresses were looked for, and there were none.
  if (world.observed.primaryIps === null && view.record?.gone === undefined) return unread;
  // What carries its label and is not known to be its own would outlive the record that speaks for it.
  if (server === null && view.others.length > 0) return spareServers(situation);
  const servers = server === null ? [] : [server.id];
  const devices = view.devices.map((device) => device.nodeId);
  const addresses = view.addresses.map((address) => address.id);
  const left = servers.length + devices.length + addresses.length;
  // A run that died at it may have left a lock.
  if (left === 0 && !view.state && view.record?.claim === undefined) return nothingLeft(situation);
  return change({
    kind: 'retire',
    ...changeHead(situation),
    because: `retired by ${retired.by} at ${retired.at}: ${retired.reason}`,
    by: retired.by,
    servers,
    devices,
    addresses,
    state: view.state,
  });
};

/** A server that never ran and whose making failed early, needs a person or was tried enough. */
export const rollbackRow: Row = (situation) => {
  const { view, server, neverRan } = situation;
  if (view.agent.spec.retired !== undefined || server === null || !neverRan) return null;
  const nonce = server.labels[labelNames.nonce];
  const because = rollbackCause(situation);
  if (nonce === undefined || because === null) return null;
  return change({ kind: 'rollback', ...changeHead(situation), because, server: server.id, nonce });
};

function rollbackCause(situation: Situation): string | null {
  const { failure, attempts } = situation;
  if (revisionMoved(situation)) return 'a newer revision is asked for and this server never ran';
  if (attempts.kind === 'spent') return `all ${attempts.used} attempts are used up`;
  if (failure === null || !spoilsServer(failure)) return null;
  return failure.stalled
    ? `the last attempt failed for good: ${failure.reason}`
    : `the last attempt ended at step ${failure.step}: ${failure.reason}`;
}

function revisionMoved({ view }: Situation): boolean {
  const chosen = view.record?.chosen;
  return chosen !== undefined && view.agent.spec.revision > chosen.revision;
}

/**
 * A higher revision over a server that ran: the old one goes now, the create row makes the new one.
 * Whatever would refuse that create defers the whole: an end without a beginning helps no one.
 */
export const replaceRow: Row = (situation) => {
  const { view, server, wanted, attempts } = situation;
  if (!wanted || server === null || situation.neverRan || !revisionMoved(situation)) return null;
  // One that a create made and no record names yet is among them.
  if (view.others.some(({ id }) => id !== server.id)) return spareServers(situation);
  if (attempts.kind === 'waiting') return retryLater(situation, attempts.dueMs, attempts.used);
  if (attempts.kind === 'spent') return usedRevision(situation, attempts.used);
  const choice = chosen(situation);
  if (choice === null) return unread;
  if (choice.kind === 'none') return idle(situation, 'NoSuchOffer', choice.message);
  const device = view.devices[0]?.nodeId;
  return change({
    kind: 'replace',
    ...changeHead(situation),
    customer: view.agent.spec.customer,
    because: `revision ${view.agent.spec.revision} is asked for, revision ${view.record?.chosen?.revision} runs`,
    server: server.id,
    ...(device === undefined ? {} : { device }),
    choice: choice.choice,
    monthlyCost: choice.monthly,
    since: view.agent.spec.access.since,
  });
};

/**
 * A server that its record does not know verified goes on where it stopped. One that carries a mark that
 * it ran is never given up: past its attempts it is tried as rarely as the policy says.
 */
export const resumeRow: Row = (situation) => {
  const { view, server, wanted, unfinished, attempts, failure, world } = situation;
  if (!wanted || server === null || !unfinished) return null;
  const label = server.labels[labelNames.nonce];
  if (label === undefined) return null;
  if (attempts.kind === 'waiting') return retryLater(situation, attempts.dueMs, attempts.used);
  if (attempts.kind === 'spent' && world.nowMs < attempts.againMs)
    return retryLater(situation, attempts.againMs, attempts.used);
  return change({
    kind: 'resume',
    ...changeHead(situation),
    because:
      failure === null
        ? 'its server is there and was never brought up'
        : `the last attempt ended at step ${failure.step}: ${failure.reason}`,
    server: server.id,
    // Another one may be recorded: what a later create made is not noted yet.
    nonce: view.record?.server?.id === server.id ? view.record.server.nonce : label,
  });
};

/**
 * One server with all our labels and none recorded becomes the agent's, whether it should run or not:
 * power-off or retirement follows. What is not clear is for people.
 */
export const adoptRow: Row = (situation) => {
  const { view, server, world } = situation;
  if (server !== null || view.others.length === 0) return null;
  const ours = view.others.filter((one) => carriesAllLabels(one, view.agent));
  const [candidate] = ours;
  if (candidate === undefined || ours.length > 1) return spareServers(situation);
  return change({
    kind: 'adopt',
    ...changeHead(situation),
    because: 'one server carries all of its labels and none is recorded',
    server: candidate.id,
    nonce: candidate.labels[labelNames.nonce] ?? '',
    choice: choiceOfServer(candidate, view.agent.spec, world),
  });
};

/** Nothing there: make one, wait for the next try, or give up once. */
export const createRow: Row = (situation) => {
  const { view, server, wanted, attempts } = situation;
  if (!wanted || server !== null || view.others.length > 0) return null;
  if (attempts.kind === 'waiting') return retryLater(situation, attempts.dueMs, attempts.used);
  if (attempts.kind === 'spent')
    return giveUp(situation, attempts.used, attempts.last.reason ?? 'unknown');
  const choice = chosen(situation);
  if (choice === null) return unread;
  if (choice.kind === 'none') return idle(situation, 'NoSuchOffer', choice.message);
  const lost = view.record?.everRunning === true && view.record.server !== undefined;
  const oldDevice = view.devices[0]?.nodeId;
  return change({
    kind: 'create',
    ...changeHead(situation),
    customer: view.agent.spec.customer,
    because: lost
      ? `its server ${view.record?.server?.id} is gone`
      : 'access is granted and there is no server',
    choice: choice.choice,
    monthlyCost: choice.monthly,
    since: view.agent.spec.access.since,
    ...(oldDevice === undefined ? {} : { oldDevice }),
  });
};

export function graceEnd({ view, world }: Situation): number {
  return graceEndMs(view.agent.spec, view.record, world);
}

function giveUp(situation: Situation, used: number, reason: string) {
  const { view, world } = situation;
  const revision = view.agent.spec.revision;
  const { record } = view;
  if (record !== null && isGivenUp(record, revision) && record.claim === undefined) {
    return idle(
      situation,
      'Failed',
      `gave up after ${used} attempts (${reason}); revision ${nextRevision(revision, record)} tries again`,
    );
  }
  return change({
    kind: 'giveUp',
    ...changeHead(situation),
    customer: view.agent.spec.customer,
    because: `attempt ${used} failed: ${reason}`,
    revision,
    attempts: used,
    refund: world.policy.refund.scope,
  });
}

function usedRevision(situation: Situation, used: number) {
  const { agent, record } = situation.view;
  const { revision } = agent.spec;
  return idle(
    situation,
    'Failed',
    `revision ${revision} has used up its ${used} attempts before; revision ${nextRevision(revision, record)} replaces the server`,
  );
}

function spareServers(situation: Situation) {
  const ids = situation.view.others.map(({ id }) => id).sort();
  return idle(
    situation,
    'SpareServer',
    `${ids.length === 1 ? 'server' : 'servers'} ${ids.join(', ')} ${ids.length === 1 ? 'carries' : 'carry'} its label and cannot be told to be its own; nothing is made or ended before a person decides`,
  );
}

function nothingLeft(situation: Situation) {
  const { view } = situation;
  const retired = view.agent.spec.retired;
  const fileGoes = view.agent.spec.access.state === 'ended';
  if (!fileGoes && view.record?.gone !== undefined) {
    return idle(
      situation,
      'PaidButRetired',
      `retired by ${retired?.by ?? 'unknown'} and its subscription has not ended (access is ${view.agent.spec.access.state}); nothing is left of it`,
    );
  }
  return {
    kind: 'settled' as const,
    settled: { agent: view.id, path: view.path, file: view.oid, fileGoes },
  };
}

function retryLater(situation: Situation, dueMs: number, used: number) {
  const { failure } = situation;
  return idle(
    situation,
    'RetryLater',
    `attempt ${used} failed at step ${failure?.step ?? 'unknown'}: ${failure?.reason ?? 'unknown'}`,
    dueMs,
  );
}

function chosen({ view, world, breakers }: Situation) {
  const { catalog, offers } = world;
  return pricedChoice({ spec: view.agent.spec, record: view.record, catalog, breakers }, offers);
}
