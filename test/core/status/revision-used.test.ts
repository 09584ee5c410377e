/** A revision that a person sets by hand, and under which an attempt failed before. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Agent } from '../../../reconciler/core/agent/agent.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import { statusAfter } from '../../../reconciler/core/status/status.ts';
import { attempt, fileNo, nowMs, recordNo, without } from '../../builders/world.ts';

/** The VM of revision 1 runs; an earlier use of 3 failed. */
const record = recordNo(1, { attempts: [attempt({ revision: 3 })] });
const gone: AgentRecord = { ...without(record, 'server'), everRunning: false };

function said(spec: Partial<Agent['spec']>, before: AgentRecord): readonly string[] {
  const after = statusAfter(fileNo(1, spec), before, undefined, nowMs) ?? before;
  return after.conditions.map(({ reason, message }) => `${reason}: ${message}`);
}

describe('a revision that was used before', () => {
  it('is reported, with the next unused one, and once', () => {
    const wanted =
      'RevisionUsed: revision 3 was used before, and what failed under it counts; revision 4 begins again';
    assert.deepEqual(said({ revision: 3 }, record), [wanted]);
    assert.deepEqual(said({ revision: 3 }, gone), [wanted]);
    const given = recordNo(1, { receipts: ['gave-up/3'] });
    assert.deepEqual(said({ revision: 3 }, given), [wanted]);
    const file = fileNo(1, { revision: 3 });
    const after = statusAfter(file, record, undefined, nowMs) ?? assert.fail();
    assert.equal(statusAfter(file, after, undefined, nowMs + 60_000), null);
  });

  it('is not reported where it is what runs, where nothing failed, or where no server is wanted', () => {
    const own = recordNo(1, { attempts: [attempt()] });
    assert.deepEqual(said({}, own), []);
    assert.deepEqual(said({ revision: 2 }, record), []);
    const after = (part: Parameters<typeof attempt>[0]) =>
      recordNo(1, { attempts: [attempt({ revision: 3 }), attempt({ revision: 3, ...part })] });
    assert.deepEqual(said({ revision: 3 }, after({ outcome: 'succeeded' })), []);
    const power = recordNo(1, { attempts: [attempt({ revision: 3, change: 'power' })] });
    assert.deepEqual(said({ revision: 3 }, power), []);
    assert.equal(said({ revision: 3 }, after({ outcome: 'superseded' })).length, 1);
    assert.deepEqual(said({ revision: 3, power: 'stopped' }, record), []);
  });

  it('below the one that runs is another case, and without a server it is this one', () => {
    const chosen = { ...record.chosen, revision: 5 } as NonNullable<AgentRecord['chosen']>;
    assert.deepEqual(said({ revision: 3 }, { ...record, chosen }), []);
    assert.match(said({ revision: 3 }, { ...gone, chosen }).join(), /revision 6 begins again/);
  });
});
