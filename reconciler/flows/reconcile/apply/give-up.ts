/** All attempts are used up: said once for each revision, where people and the customer see it. */

import type { Change } from '../../../core/fleet/situation.ts';
import { giveUpPurpose } from '../../../core/plan/existence.ts';
import type { Outcome, Run } from './attempt.ts';
import { attemptChange } from './attempt-change.ts';
import { onKnownServer } from './claim.ts';

const toldKept = 50;

export function giveUp(run: Run, change: Change & { kind: 'giveUp' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    const purpose = giveUpPurpose(change.revision);
    run.ports.log.error({ agent: attempt.id, because: change.because }, 'an agent is given up');
    await attempt.note((record, at) => ({
      ...record,
      phase: 'failed',
      phaseSince: at,
      told: [...record.told.filter((one) => one !== purpose), purpose].slice(-toldKept),
    }));
  });
}
