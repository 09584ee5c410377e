/** Reads, checks and records an agent's own server. */
import { Failure } from '../../../core/failure.ts';
import { labelNames, type ObservedServer } from '../../../core/fleet/observed.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import { withServer } from '../../../core/fleet/server-facts.ts';
import type { Attempt } from './attempt.ts';
import { removeOwnDevice } from './device.ts';
import { isGone, type Ownership, requireOwnership } from './guard.ts';

/** From the record; for a server that it does not name, the nonce of the lease. */
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

/** Throws `OwnershipUnproven` where the server lacks a label, `NotFound` where it is gone. */
export async function ownedServer(attempt: Attempt, id: string): Promise<ObservedServer> {
  const server = await attempt.run.ports.cloud.server(id);
  if (server === null)
    throw new Failure('NotFound', `server ${id} is gone`, { errorClass: 'transient' });
  requireOwnership(ownershipOfServer(attempt, id), server);
  return server;
}

/**
 * Records a server found by its nonce before any other effect: only the nonce ties it to the agent.
 */
export async function knowServer(attempt: Attempt): Promise<void> {
  const { change } = attempt;
  const id = change.kind === 'retire' ? change.servers[0] : 'server' in change && change.server;
  const { server: recorded, creates } = attempt.record();
  // An adoption writes its record in one commit.
  if (!id || change.kind === 'adopt' || recorded?.id === id) return;
  if (recorded !== undefined && !(await isGone(attempt.run, recorded.id, attempt.id)))
    throw new Failure('Superseded', `the recorded server ${recorded.id} still exists`);
  let server: ObservedServer | null;
  try {
    server = await attempt.run.ports.cloud.server(id);
  } catch (cause) {
    throw new Failure('OutcomeUnknown', `server ${id} could not be read`, { cause });
  }
  if (server === null) return;
  requireOwnership({ name: `server ${id}`, labels: ownLabels(attempt), created: null }, server);
  const nonce = server.labels[labelNames.nonce] ?? '';
  if (!creates?.some((one) => one.nonce === nonce))
    throw new Failure(
      'OwnershipUnproven',
      `server ${id} does not carry the nonce of a create of this agent`,
    );
  // The earlier server's device, while the record still names it; this frees the name.
  if (recorded !== undefined) await removeOwnDevice(attempt);
  await noteServer(attempt, server, nonce);
}

/** Throws `OutcomeUnknown` where the record cannot be written: the lease must stay until then. */
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

/** The server, for changes that do not destroy it: fleet and agent labels are sufficient. */
export async function ourServer(attempt: Attempt, id: string): Promise<ObservedServer> {
  const server = await attempt.run.ports.cloud.server(id);
  if (server === null)
    throw new Failure('NotFound', `server ${id} is gone`, { errorClass: 'transient' });
  // A missing nonce label is drift to repair; the nonce of another server is not.
  const nonce = labelNames.nonce in server.labels ? attempt.record().server?.nonce : undefined;
  const labels = {
    ...(server.name === attempt.id ? {} : ownLabels(attempt)),
    ...(nonce === undefined ? {} : { [labelNames.nonce]: nonce }),
  };
  requireOwnership({ name: `server ${id}`, labels, created: null }, server);
  return server;
}
