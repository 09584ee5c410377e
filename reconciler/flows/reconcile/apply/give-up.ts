/** All attempts are used up: said once for each revision, where people and the customer see it. */

import { withPhase } from '../../../core/fleet/phase.ts';
import { gaveUpReceipt, withReceipts } from '../../../core/fleet/receipts.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import type { Outcome, Run } from './attempt.ts';
import { attemptChange } from './attempt-change.ts';
import { onKnownServer } from './lease.ts';

export function giveUp(run: Run, change: Change & { kind: 'giveUp' }): Promise<Outcome> {
  return attemptChange(run, change, onKnownServer(run), async (attempt) => {
    run.ports.log.error({ agent: attempt.id, because: change.because }, 'an agent is given up');
    await attempt.note((record, at) =>
      withPhase(withReceipts(record, [gaveUpReceipt(change.revision)]), 'failed', at),
    );
  });
}
