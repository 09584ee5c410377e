/** Resumes a server that never ran, and adopts a server without a record. */
import { Failure } from '../../../core/failure.ts';
import { type ObservedServer, serverIsOn } from '../../../core/fleet/observed.ts';
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
    await noteServer(attempt, await ownedServer(attempt, change.server), change.nonce);
    const server = await unlockedServer(attempt, change.server);
    await knowState(attempt, server.id);
    if (!serverIsOn(server)) await attempt.run.ports.cloud.powerOn(server.id);
    await bringUp(attempt, await ourServer(attempt, server.id));
  });
}

const looksMax = 20;
const lookEveryMs = 3000;

/** Hetzner locks a server while it makes it, which takes longer than a rerun of a job that died. */
async function unlockedServer(attempt: Attempt, id: string): Promise<ObservedServer> {
  const { clock } = attempt.run.ports;
  for (let looks = 1; ; looks += 1) {
    const server = await ourServer(attempt, id);
    if (!server.locked) return server;
    if (looks === looksMax) throw new Failure('Locked', `server ${id} is locked by Hetzner`);
    await clock.wait(lookEveryMs);
    await attempt.mayGoOn();
  }
}

/** Records a server that has all our labels and no record as the agent's own. */
export function adopt(run: Run, change: Change & { kind: 'adopt' }): Promise<Outcome> {
  const begin = { nonce: () => change.nonce, prepare: keep };
  return attemptChange(run, change, begin, async (attempt) => {
    await attempt.enter('server');
    const server = await ownedServer(attempt, change.server);
    const cost = await costOf(run, server.serverType, server.location);
    // Without a device: only the host can report it, and its host key is not known.
    await attempt.note((record, at) => ({
      ...withServer(record, server, { nonce: change.nonce, at }),
      chosen: change.choice,
      cost,
      // Its past is not known: it counts as one that ran, which no failure may destroy.
      everRunning: true,
    }));
  });
}

/** Imports the server where its state was never written. The plan may only update. */
async function knowState(attempt: Attempt, serverId: string): Promise<void> {
  const server = await ourServer(attempt, serverId);
  const imports = await importsFor(attempt, server);
  if (imports.length > 0) await updateStack(attempt, server, imports);
}

function keep<Value>(record: Value): Value {
  return record;
}
