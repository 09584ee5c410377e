/** A server that never ran goes on where it stopped; one that status forgot is taken back. */
import { Failure } from '../../../core/failure.ts';
import { serverIsOn } from '../../../core/fleet/observed.ts';
import { withServer } from '../../../core/fleet/server-facts.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import type { Attempt, Outcome, Run } from './attempt.ts';
import { attemptChange } from './attempt-change.ts';
import { bringUp } from './bring-up.ts';
import { noteServer, ourServer, ownedServer } from './own-server.ts';
import { requireFirewalls } from './ssh-access.ts';
import { importsFor, updateStack } from './stack.ts';
import { costOf } from './upkeep.ts';

export function resume(run: Run, change: Change & { kind: 'resume' }): Promise<Outcome> {
  const begin = { nonce: () => change.nonce, prepare: keep };
  return attemptChange(run, change, begin, async (attempt) => {
    await attempt.enter('vm');
    await requireFirewalls(attempt);
    const server = await ownedServer(attempt, change.server);
    await noteServer(attempt, server, change.nonce);
    if (server.locked) throw new Failure('Locked', `server ${server.id} is locked by Hetzner`);
    await knowState(attempt, server.id);
    if (!serverIsOn(server)) await attempt.run.ports.cloud.powerOn(server.id);
    await bringUp(attempt, server);
  });
}

/** A server with all our labels that no record names becomes the agent's. */
export function adopt(run: Run, change: Change & { kind: 'adopt' }): Promise<Outcome> {
  const begin = { nonce: () => change.nonce, prepare: keep };
  return attemptChange(run, change, begin, async (attempt) => {
    await attempt.enter('server');
    const server = await ownedServer(attempt, change.server);
    const cost = await costOf(run, server.serverType, server.location);
    // No device: which one it is can only be read on the host, and its host key is not known.
    await attempt.note((record, at) => ({
      ...withServer(record, server, { nonce: change.nonce, at }),
      chosen: change.choice,
      cost,
      // Nothing is known of what it did before: it is taken for one that ran, which no failure ends.
      everRunning: true,
    }));
  });
}

/** Under the stack again where its state was never written. Only updates may come of it. */
async function knowState(attempt: Attempt, serverId: string): Promise<void> {
  const server = await ourServer(attempt, serverId);
  const imports = await importsFor(attempt, server);
  if (imports.length > 0) await updateStack(attempt, server, imports);
}

function keep<Value>(record: Value): Value {
  return record;
}
