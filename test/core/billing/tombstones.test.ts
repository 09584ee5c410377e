/** Tombstones and payments: which of them a reading of Stripe lifts, and which never. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Agent, Retired } from '../../../reconciler/core/agent/agent.ts';
import {
  type BilledSubscription,
  subscriptionStatuses,
} from '../../../reconciler/core/billing/billing.ts';
import { desire } from '../../../reconciler/core/billing/desire.ts';
import { ended, fileText, follow, inputOf, pro } from '../../builders/billed.ts';
import { at, idNo } from '../../builders/world.ts';

type Access = Agent['spec']['access'];
const suspended: Access = {
  state: 'suspended',
  since: at(-9000),
  owedSince: at(-9000),
  issues: ['PaymentUnpaid'],
};
const gone: Access = { state: 'ended', since: at(-60) };
const tombstone = (by: Retired['by'], part: Partial<Retired> = {}): Retired => {
  return { at: at(-30), by, reason: 'a cause', ...part };
};
const cites = 'c'.repeat(40);
const people: readonly (readonly [string, Retired])[] = [
  ['a person', tombstone('person')],
  ['a person, for a removed file', tombstone('person', { cites })],
  ['the customer', tombstone('customer')],
];

describe('a tombstone that follows payments', () => {
  it('of a long suspension is lifted once access is granted, and the commit names it', () => {
    const retired = tombstone('finalize');
    const { desired, spec, text } = follow({}, fileText({ access: suspended, retired }));
    assert.ok(desired.kind === 'write');
    assert.deepEqual(
      [spec.retired, spec.access.state, desired.cause],
      [undefined, 'granted', 'lifted'],
    );
    assert.equal(
      desired.subject,
      `${idNo(1)}: access granted, not retired any more, PaymentUnpaid cleared`,
    );
    assert.match(desired.body, /\nThe tombstone by finalize at .* has lost its cause\./);
    assert.equal(desired.paidButRetired, false);
    assert.equal(desire(inputOf({}, text)).kind, 'unchanged');
  });

  it('is lifted also where the file has access granted already', () => {
    for (const by of ['finalize', 'stripe'] as const) {
      const { desired, spec } = follow({}, fileText({ retired: tombstone(by) }));
      assert.equal(spec.retired, undefined);
      assert.ok(desired.kind === 'write' && desired.cause === 'lifted');
      assert.equal(desired.subject, `${idNo(1)}: not retired any more`);
    }
  });

  it('by Stripe is lifted once the subscription has not ended, paid or not', () => {
    const file = fileText({ access: gone, retired: tombstone('stripe') });
    for (const status of ['active', 'unpaid', 'paused'] as const) {
      const { desired, spec } = follow({ status }, file);
      assert.equal(spec.retired, undefined, status);
      assert.ok(desired.kind === 'write' && desired.cause === 'lifted');
    }
  });

  it('stays while its cause lasts', () => {
    const long = fileText({ access: suspended, retired: tombstone('finalize') });
    assert.equal(desire(inputOf({ status: 'unpaid' }, long)).kind, 'unchanged');
    const { desired, spec } = follow(ended, long);
    assert.equal(spec.retired?.by, 'finalize');
    assert.ok(desired.kind === 'write' && desired.cause === 'ended');
    const over = fileText({ access: gone, retired: tombstone('stripe') });
    assert.equal(follow(ended, over).spec.retired?.by, 'stripe');
  });

  it('is lifted together with any other change', () => {
    const file = fileText({ access: suspended, retired: tombstone('finalize') });
    const { spec, desired } = follow({ items: [pro] }, file);
    assert.deepEqual([spec.plan, spec.retired], ['pro', undefined]);
    assert.ok(desired.kind === 'write' && desired.cause === 'lifted');
  });

  it('is lifted under a hold too: a hold concerns changes of resources, not of the file', () => {
    const hold = { reason: 'x', since: at(-60), until: at(60) };
    const file = fileText({ access: suspended, retired: tombstone('finalize'), hold });
    const { spec } = follow({}, file);
    assert.deepEqual([spec.retired, spec.hold], [undefined, hold]);
  });

  it('keeps people’s other fields', () => {
    const retired = tombstone('finalize');
    const file = `# mine\n${fileText({ access: suspended, retired })}# the end\n`;
    const { text } = follow({}, file);
    assert.ok(text.startsWith('# mine\n') && text.endsWith('# the end\n'));
  });
});

describe("people's tombstones", () => {
  for (const [whose, retired] of people) {
    it(`by ${whose} stay, and are an alert once access is paid again`, () => {
      const { desired, spec } = follow({}, fileText({ access: suspended, retired }));
      assert.deepEqual(spec.retired, retired);
      assert.ok(desired.kind === 'write' && desired.cause === 'access');
      assert.equal(desired.paidButRetired, true);
    });
  }

  it("of a customer who cancels what is paid is no alert, a person's is", () => {
    const alertOf = (by: Retired['by']) => {
      const { desired } = follow({ items: [pro] }, fileText({ retired: tombstone(by) }));
      return desired.kind === 'write' && desired.paidButRetired;
    };
    assert.deepEqual([alertOf('customer'), alertOf('person')], [false, true]);
  });

  it('are no alert while nothing is paid', () => {
    for (const [, retired] of people) {
      const { desired } = follow({ status: 'paused' }, fileText({ access: suspended, retired }));
      assert.ok(desired.kind === 'write' && !desired.paidButRetired);
    }
  });
});

it('for any order of readings: a tombstone has its cause, and a second time writes nothing', () => {
  const change = fc.record({
    status: fc.constantFrom(...subscriptionStatuses),
    reported: fc.constantFrom(null, ['dispute'], ['fraudWarning'], []),
  });
  const start = fc.constantFrom(undefined, tombstone('stripe'), tombstone('finalize'));
  fc.assert(
    fc.property(start, fc.array(change, { minLength: 1, maxLength: 6 }), (retired, changes) => {
      let text = fileText(retired === undefined ? {} : { access: suspended, retired });
      for (const part of changes as readonly Partial<BilledSubscription>[]) {
        const { spec, text: next } = follow(part, text);
        text = next;
        const by = spec.retired?.by;
        if (by === 'stripe') assert.equal(spec.access.state, 'ended');
        if (by === 'finalize') assert.notEqual(spec.access.state, 'granted');
        assert.equal(desire(inputOf(part, text)).kind, 'unchanged');
      }
    }),
    { seed: 11, numRuns: 200 },
  );
});
