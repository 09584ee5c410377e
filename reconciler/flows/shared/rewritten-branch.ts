/**
 * Wraps the repository for a process that runs for weeks. A branch that lost commits is refused
 * until the records agree with the files of `main`, or until a person sets a stop and lifts it.
 */

import { asFailure, isFailure } from '../../core/failure.ts';
import { recordsAgree } from '../../core/fleet/recorded.ts';
import type { DesiredState, PushOutcome, Snapshot } from '../../ports/desired-state.ts';
import { createKept } from '../../ports/kept.ts';
import type { Ports } from '../../ports/ports.ts';

type RewrittenPorts = Pick<Ports, 'state' | 'journal' | 'clock' | 'log'>;

const lookEveryMs = 5000;

export function followRewritten(ports: RewrittenPorts): DesiredState {
  const { state, clock } = ports;
  // Concurrent failures share one check; the next one comes a while later.
  const { get: followed } = createKept(createLook(ports), { clock, freshMs: lookEveryMs });

  async function again<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (thrown) {
      if (!isFailure(thrown, 'BranchRewritten') || !(await followed())) throw thrown;
      return ask();
    }
  }

  return {
    ...state,
    fetch: (branch) => again(() => state.fetch(branch)),
    tips: () => again(state.tips),
    async push(...push): Promise<PushOutcome> {
      try {
        return await state.push(...push);
      } catch (thrown) {
        if (!isFailure(thrown, 'BranchRewritten') || !(await followed())) throw thrown;
        return { kind: 'rejected' };
      }
    },
  };
}

/** Resolves to whether the branches are accepted. */
function createLook({ state, journal, log }: RewrittenPorts): () => Promise<boolean> {
  let wasHalted = false;

  async function isTrusted(main: Snapshot, status: Snapshot | null): Promise<string | null> {
    const stop = await state.stop();
    if (stop === null && wasHalted) return 'the stop was lifted';
    wasHalted = stop !== null;
    if (status === null) return null;
    const [{ records }, files] = await Promise.all([journal.read(status), main.list('agents/')]);
    const oids = new Map(files.map(({ path, oid }) => [path, oid] as const));
    return recordsAgree(records, oids) ? 'the records agree with it' : null;
  }

  return async () => {
    try {
      const [main, status] = [await state.offered('main'), await state.offered('status')];
      if (main === null) return false;
      const because = await isTrusted(main, status);
      if (because === null) return false;
      await state.accept('main', main.commit);
      if (status !== null) await state.accept('status', status.commit);
      wasHalted = false;
      log.error({ main: main.commit, because }, 'a rewritten branch was accepted');
      return true;
    } catch (thrown) {
      log.warn({ error: asFailure(thrown) }, 'a rewritten branch could not be checked');
      return false;
    }
  };
}
