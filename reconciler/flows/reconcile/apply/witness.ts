/**
 * The second witness before a destructive call: the resource itself. A commit (or our own nonce)
 * says that it should go; its labels, its nonce and its time of creation say that it is the one.
 */
import { Failure } from '../../../core/failure.ts';
import { labelNames, type ObservedServer } from '../../../core/fleet/observed.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import { withServer } from '../../../core/fleet/server-facts.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { Attempt } from './attempt.ts';
import { removeOwnDevice } from './device.ts';

export type Expected = {
  readonly id: string;
  readonly nonce: string;
  /** as Hetzner gave it when the server was recorded; null for one that never was */
  readonly created: string | null;
};

/** The server as it is now, ours beyond doubt; null where it is gone. Throws `WitnessMissing`. */
export async function witnessed(
  attempt: Attempt,
  expected: Expected,
): Promise<ObservedServer | null> {
  await attempt.mayGoOn();
  const server = await attempt.run.ports.cloud.server(expected.id);
  if (server === null) return null;
  checkOurs(attempt, server);
  const missing: string[] = [];
  if (server.labels[labelNames.nonce] !== expected.nonce) missing.push('its nonce');
  if (expected.created !== null && !sameTime(server.created, expected.created))
    missing.push('its time of creation');
  if (missing.length > 0) throw notTheOne(server.id, missing);
  return server;
}

/**
 * A server that only the nonce of a create led to is recorded before anything else is done: until
 * then that nonce is all that tells whose it is.
 *
 * @param earlier the nonce of a dead run's claim that this one took over; null without one
 */
export async function knowServer(attempt: Attempt, earlier: string | null): Promise<void> {
  const { change } = attempt;
  const id = change.kind === 'retire' ? change.servers[0] : 'server' in change && change.server;
  const { server: recorded, creates } = attempt.record();
  // What is adopted is recorded whole or not at all.
  if (!id || change.kind === 'adopt' || recorded?.id === id) return;
  if (recorded !== undefined) await requireGone(attempt, recorded.id);
  let server: ObservedServer | null;
  try {
    server = await attempt.run.ports.cloud.server(id);
  } catch (cause) {
    throw new Failure('OutcomeUnknown', `server ${id} could not be looked at`, { cause });
  }
  if (server === null) return;
  checkOurs(attempt, server);
  const nonce = server.labels[labelNames.nonce] ?? '';
  const known = [earlier, ...(creates ?? []).map((one) => one.nonce)];
  if (!known.includes(nonce)) throw notTheOne(id, ['its nonce']);
  // What the earlier server left, while the record names it; its name is free for this one then.
  if (recorded !== undefined) await removeOwnDevice(attempt);
  await noteServer(attempt, server, nonce);
}

/**
 * Whether a server is gone. A GET by id that answers 404 may be wrong for a while, so the name must
 * be free of it too: two answers of two indexes.
 */
export async function isGone(attempt: Attempt, id: string): Promise<boolean> {
  const { cloud } = attempt.run.ports;
  if ((await cloud.server(id)) !== null) return false;
  return (await cloud.serverByName(attempt.id))?.id !== id;
}

async function requireGone(attempt: Attempt, id: string): Promise<void> {
  if (!(await isGone(attempt, id)))
    throw new Failure('Superseded', `server ${id}, which is recorded, is there`);
}

/** Until a server is recorded, the claim must stay: `OutcomeUnknown` where it could not be written. */
export async function noteServer(
  attempt: Attempt,
  server: ObservedServer,
  nonce: string,
  part: Pick<AgentRecord, 'cost'> = {},
): Promise<void> {
  try {
    await attempt.note((record, at) => ({ ...withServer(record, server, { nonce, at }), ...part }));
  } catch (cause) {
    throw new Failure('OutcomeUnknown', `server ${server.id} could not be recorded`, { cause });
  }
}

/** For what is not destructive the labels of fleet and agent are enough. */
export async function ourServer(attempt: Attempt, id: string): Promise<ObservedServer> {
  const server = await attempt.run.ports.cloud.server(id);
  if (server === null) throw new Failure('NotFound', `server ${id} is gone`, { fate: 'transient' });
  const nonce = attempt.record().server?.nonce;
  // Repairing labels is asked for where they are missing: a nonce of somebody else's is not.
  const told = server.labels[labelNames.nonce];
  if (nonce !== undefined && told !== undefined && told !== nonce)
    throw notTheOne(id, ['its nonce']);
  if (server.name !== attempt.id) checkOurs(attempt, server);
  return server;
}

function checkOurs(attempt: Attempt, server: ObservedServer): void {
  const missing: string[] = [];
  const { policy } = attempt.run;
  if (server.labels[labelNames.fleet] !== policy.fleet) missing.push('the label of our fleet');
  if (server.labels[labelNames.agent] !== attempt.id) missing.push('the label of its agent');
  if (missing.length > 0) throw notTheOne(server.id, missing);
}

function notTheOne(id: string, missing: readonly string[]): Failure {
  return new Failure('WitnessMissing', `server ${id} does not carry ${missing.join(' and ')}`);
}

function sameTime(a: string, b: string): boolean {
  return timeMs(a) === timeMs(b);
}
