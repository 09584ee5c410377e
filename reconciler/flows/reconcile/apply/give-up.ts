/** Records `failed` once all attempts of a revision are used up, once for each revision. */

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
