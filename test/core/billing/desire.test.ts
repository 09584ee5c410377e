/** The access of an agent with a file, by every status and oddity of its subscription. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withPeopleFields } from '../../../reconciler/core/agent/agent-file.ts';
import {
  type BilledSubscription,
  subscriptionStatuses,
} from '../../../reconciler/core/billing/billing.ts';
import { desire } from '../../../reconciler/core/billing/desire.ts';
import {
  ended,
  fileText,
  follow,
  inputOf,
  other,
  pro,
  seconds,
  since,
  starter,
} from '../../builders/billed.ts';
import { agentNo, at, catalogOf, idNo, policyOf } from '../../builders/world.ts';

describe('access of an agent that has a file, by status', () => {
  const now = '2026-11-22T12:00:00Z';
  const past = { state: 'granted', since, until: '2026-11-29T12:00:00Z', owedSince: now };
  const waiving = 'void';
  const table: readonly [string, Partial<BilledSubscription>, object][] = [
    ['active', {}, { state: 'granted', since }],
    ['trialing', { status: 'trialing' }, { state: 'granted', since }],
    ['past_due, in its grace', { status: 'past_due' }, { ...past, issues: ['PaymentPastDue'] }],
    [
      'unpaid, without a grace',
      { status: 'unpaid' },
      { state: 'suspended', since: now, owedSince: now, issues: ['PaymentUnpaid'] },
    ],
    [
      'incomplete',
      { status: 'incomplete' },
      { state: 'suspended', since: now, issues: ['PaymentIncomplete'] },
    ],
    [
      'paused',
      { status: 'paused' },
      { state: 'suspended', since: now, issues: ['SubscriptionPaused'] },
    ],
    ['canceled', ended, { state: 'ended', since: '2026-11-22T11:00:00Z' }],
    ['incomplete_expired', { status: 'incomplete_expired' }, { state: 'ended', since: now }],
    [
      'collection paused and the money waived',
      { pausedCollection: waiving },
      { state: 'suspended', since: now, issues: ['CollectionPaused'] },
    ],
    ...(['keep_as_draft', 'mark_uncollectible'] as const).map(
      (behavior): [string, Partial<BilledSubscription>, object] => [
        `collection paused with ${behavior}`,
        { pausedCollection: behavior },
        { state: 'granted', since, issues: ['CollectionPaused'] },
      ],
    ),
    [
      'an announced end',
      { cancelAt: seconds(600) },
      { state: 'granted', since, until: '2026-11-22T22:00:00Z' },
    ],
    [
      'the end of the period',
      { cancelAtPeriodEnd: true, currentPeriodEnd: seconds(60) },
      { state: 'granted', since, until: '2026-11-22T13:00:00Z' },
    ],
    [
      'an end before the grace is over',
      { status: 'past_due', cancelAt: seconds(600) },
      { ...past, until: '2026-11-22T22:00:00Z', issues: ['PaymentPastDue'] },
    ],
    [
      'past_due and the money waived',
      { status: 'past_due', pausedCollection: waiving },
      {
        state: 'suspended',
        since: now,
        owedSince: now,
        issues: ['CollectionPaused', 'PaymentPastDue'],
      },
    ],
    [
      'canceled while its collection was paused',
      { ...ended, pausedCollection: waiving },
      { state: 'ended', since: '2026-11-22T11:00:00Z' },
    ],
  ];
  for (const [name, part, access] of table) {
    it(name, () => assert.deepEqual(follow(part).spec.access, access));
  }

  it('every status is in the table', () => {
    const seen = new Set(['active', ...table.map(([, part]) => part.status ?? 'active')]);
    assert.deepEqual([...seen].sort(), [...subscriptionStatuses].sort());
  });

  it('the policy may let a trial wait for its first payment', () => {
    const policy = policyOf('entitlement: {trialing: suspended}\n');
    const { spec } = follow({ status: 'trialing' }, fileText(), { policy });
    assert.deepEqual(spec.access, { state: 'suspended', since: now, issues: ['TrialUnpaid'] });
    const paid = follow({ status: 'active' }, fileText(), { policy });
    assert.equal(paid.spec.access.state, 'granted');
  });

  it('the policy may let a waived collection run', () => {
    const policy = policyOf('entitlement: {pausedCollection: granted}\n');
    const { spec } = follow({ pausedCollection: waiving }, fileText(), { policy });
    assert.deepEqual([spec.access.state, spec.access.issues], ['granted', ['CollectionPaused']]);
  });
});

describe('a disputed payment', () => {
  const disputed = follow({ reported: ['dispute'] });
  const suspending = policyOf('entitlement: {disputed: suspended}\n');

  it('is an issue, and suspends where the policy asks for it', () => {
    assert.deepEqual(disputed.spec.access, {
      state: 'granted',
      since,
      issues: ['PaymentDisputed'],
    });
    const off = follow({ reported: ['dispute'] }, fileText(), { policy: suspending });
    assert.deepEqual(off.spec.access, {
      state: 'suspended',
      since: '2026-11-22T12:00:00Z',
      issues: ['PaymentDisputed'],
    });
  });

  it('lasts until a reading of Stripe shows its end', () => {
    assert.equal(desire(inputOf({ reported: null }, disputed.text)).kind, 'unchanged');
    assert.deepEqual(follow({ reported: [] }, disputed.text).spec.access, {
      state: 'granted',
      since,
    });
    const off = follow({ reported: ['dispute'] }, fileText(), { policy: suspending }).text;
    const won = follow({ reported: [] }, off, { policy: suspending });
    assert.equal(won.spec.access.state, 'granted');
  });

  it('stays an issue once the subscription has ended, alone', () => {
    const after = follow({ ...ended, pausedCollection: 'void', reported: ['dispute'] });
    assert.deepEqual(after.spec.access.issues, ['PaymentDisputed']);
  });
});

describe('the end of a subscription', () => {
  it('adds the tombstone in the same commit', () => {
    const { desired, spec } = follow(ended);
    assert.deepEqual(spec.retired, {
      at: '2026-11-22T11:00:00Z',
      by: 'stripe',
      reason: 'its subscription was canceled',
    });
    assert.ok(desired.kind === 'write' && desired.cause === 'ended');
    assert.equal(desired.subject, `${idNo(1)}: access ended, retired`);
  });

  it('keeps a tombstone that a person set before', () => {
    const retired = { at: at(-100), by: 'person', reason: 'asked for' } as const;
    assert.deepEqual(
      follow(ended, withPeopleFields(fileText(), { retired })).spec.retired,
      retired,
    );
  });

  it('does not restore a tombstone that a person removed', () => {
    const access = { state: 'ended', since: '2026-11-22T11:00:00Z' } as const;
    const { desired, spec } = follow(ended, fileText({ access }));
    assert.deepEqual([desired.kind, spec.retired], ['unchanged', undefined]);
  });

  it('raises no issue and changes no plan', () => {
    const { spec } = follow({ ...ended, items: [pro], metadata: { region: 'mars' } });
    assert.deepEqual([spec.plan, spec.access.issues], ['starter', undefined]);
  });

  it('has Stripe’s time, or now where Stripe has none', () => {
    assert.equal(follow({ ...ended, endedAt: null }).spec.access.since, '2026-11-22T10:30:00Z');
    const none = follow({ status: 'incomplete_expired' });
    assert.equal(none.spec.retired?.at, '2026-11-22T12:00:00Z');
    assert.equal(none.spec.retired?.reason, 'the first payment of its subscription never came');
  });
});

describe('an odd subscription keeps the file and becomes an issue', () => {
  const table: readonly [string, Partial<BilledSubscription>, string][] = [
    ['no item of the catalog', { items: [other] }, 'PlanUnknown'],
    ['no item at all', { items: [] }, 'PlanUnknown'],
    ['two items of the catalog', { items: [starter, pro] }, 'PlanAmbiguous'],
    [
      'the same plan twice',
      { items: [starter, { ...starter, priceId: 'price_2' }] },
      'PlanAmbiguous',
    ],
    [
      'one item of two plans',
      { items: [{ ...pro, lookupKey: 'starter_monthly' }] },
      'PlanAmbiguous',
    ],
    ['a quantity of three', { items: [{ ...pro, quantity: 3 }] }, 'QuantityUnsupported'],
    ['a quantity of none', { items: [{ ...pro, quantity: 0 }] }, 'QuantityUnsupported'],
    ['a region that is not sold', { metadata: { region: 'mars' } }, 'RegionUnknown'],
    ['another region than at first', { metadata: { region: 'us-east' } }, 'RegionDiffers'],
    ['another customer', { customer: 'cus_Other' }, 'CustomerDiffers'],
  ];
  for (const [name, part, issue] of table) {
    it(name, () => {
      const { desired, spec, text } = follow(part);
      assert.deepEqual(spec, {
        ...agentNo(1).spec,
        access: { state: 'granted', since, issues: [issue] },
      });
      assert.ok(desired.kind === 'write' && desired.cause === 'issues');
      assert.deepEqual(desired.issues, [issue]);
      const cleared = desire(inputOf({}, text));
      assert.ok(cleared.kind === 'write');
      assert.equal(cleared.subject, `${idNo(1)}: ${issue} cleared`);
    });
  }

  it('several at once, sorted', () => {
    const { spec } = follow({
      status: 'past_due',
      items: [],
      metadata: { region: 'mars' },
      customer: 'cus_Other',
    });
    assert.deepEqual(spec.access.issues, [
      'CustomerDiffers',
      'PaymentPastDue',
      'PlanUnknown',
      'RegionUnknown',
    ]);
  });

  it('other items on the same bill are ignored', () => {
    assert.equal(desire(inputOf({ items: [other, { ...starter }] }, fileText())).kind, 'unchanged');
  });
});

describe('the plan', () => {
  it('follows the subscription, by product, price or lookup key', () => {
    const stripe = '{products: [prod_Pro], prices: [price_Pro], lookupKeys: [pro_monthly]}';
    const catalog = catalogOf(
      `apiVersion: aura.dev/v1\nkind: Catalog\nplans:\n  pro:\n    stripe: ${stripe}\n    serverTypes: {eu-central: cpx22}\n    monthlyCeiling: 30\nregions:\n  eu-central: {locations: [fsn1]}\ndefaultRegion: eu-central\nimage: debian-12\n`,
    );
    for (const item of [
      { ...other, productId: 'prod_Pro' },
      { ...other, priceId: 'price_Pro' },
      { ...other, lookupKey: 'pro_monthly' },
    ]) {
      const { desired, spec } = follow({ items: [item] }, fileText(), { catalog });
      assert.equal(spec.plan, 'pro');
      assert.ok(desired.kind === 'write' && desired.cause === 'plan');
      assert.equal(desired.subject, `${idNo(1)}: plan pro instead of starter`);
    }
  });
});
