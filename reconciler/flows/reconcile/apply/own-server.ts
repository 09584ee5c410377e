/**
 * An agent's own server: what distinguishes it from any other, when it is recorded, and how it is
 * read for what does not end it.
 */
import { Failure } from '../../../core/failure.ts';
import { labelNames, type ObservedServer } from '../../../core/fleet/observed.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import { withServer } from '../../../core/fleet/server-facts.ts';
import type { Attempt } from './attempt.ts';
import { removeOwnDevice } from './device.ts';
import { isGone, type Ownership, requireOwnership } from './guard.ts';

/** What the record says of a server; of one that it does not name, the nonce that led to it. */
export function ownershipOfServer(attempt: Attempt, id: string): Ownership {
  const { server, lease } = attempt.record();
  const recorded = server?.id === id ? server : null;
  const nonce = recorded?.nonce ?? lease?.nonce ?? '';
  return {
    name: `server ${id}`,
    labels: { ...ownLabels(attempt), [labelNames.nonce]: nonce },
    created: recorded?.created ?? null,
  };
}

function ownLabels({ run, id }: Attempt): Ownership['labels'] {
  return { [labelNames.fleet]: run.policy.fleet, [labelNames.agent]: id };
}

/**
 * The server with all its labels. Throws `OwnershipUnproven` where it lacks one, `NotFound` where it is
 * gone.
 */
export async function ownedServer(attempt: Attempt, id: string): Promise<ObservedServer> {
  const server = await attempt.run.ports.cloud.server(id);
  if (server === null)
    throw new Failure('NotFound', `server ${id} is gone`, { errorClass: 'transient' });
  requireOwnership(ownershipOfServer(attempt, id), server);
  return server;
}

/**
 * A server that only the nonce of a create led to is recorded before anything else is done: until
 * then only that nonce says which agent it belongs to.
 */
export async function knowServer(attempt: Attempt): Promise<void> {
  const { change } = attempt;
  const id = change.kind === 'retire' ? change.servers[0] : 'server' in change && change.server;
  const { server: recorded, creates } = attempt.record();
  // What is adopted is recorded whole or not at all.
  if (!id || change.kind === 'adopt' || recorded?.id === id) return;
  if (recorded !== undefined && !(await isGone(attempt.run, recorded.id, attempt.id)))
    throw new Failure('Superseded', `server ${recorded.id}, which is recorded, is there`);
  let server: ObservedServer | null;
  try {
    server = await attempt.run.ports.cloud.server(id);
  } catch (cause) {
    throw new Failure('OutcomeUnknown', `server ${id} could not be looked at`, { cause });
  }
  if (server === null) return;
  requireOwnership({ name: `server ${id}`, labels: ownLabels(attempt), created: null }, server);
  const nonce = server.labels[labelNames.nonce] ?? '';
  if (!creates?.some((one) => one.nonce === nonce))
    throw new Failure(
      'OwnershipUnproven',
      `server ${id} does not carry the nonce of a create of ours`,
    );
  // What the earlier server left, while the record names it; its name is free for this one then.
  if (recorded !== undefined) await removeOwnDevice(attempt);
  await noteServer(attempt, server, nonce);
}

/** Until a server is recorded, the lease must stay: `OutcomeUnknown` where it could not be written. */
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

/** For what does not end it the labels of fleet and agent are enough. */
export async function ourServer(attempt: Attempt, id: string): Promise<ObservedServer> {
  const server = await attempt.run.ports.cloud.server(id);
  if (server === null)
    throw new Failure('NotFound', `server ${id} is gone`, { errorClass: 'transient' });
  // Repairing labels is asked for where they are missing: the nonce of another server is not.
  const nonce = labelNames.nonce in server.labels ? attempt.record().server?.nonce : undefined;
  const labels = {
    ...(server.name === attempt.id ? {} : ownLabels(attempt)),
    ...(nonce === undefined ? {} : { [labelNames.nonce]: nonce }),
  };
  requireOwnership({ name: `server ${id}`, labels, created: null }, server);
  return server;
}
