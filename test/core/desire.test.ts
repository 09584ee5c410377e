/** Stripe's side of an agent's file: every status and oddity, and what can never reach a file. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Agent, agentPath } from '../../reconciler/core/agent.ts';
import { parseAgentFile, renderAgent, withRetired } from '../../reconciler/core/agent-file.ts';
import { type BilledSubscription, subscriptionStatuses } from '../../reconciler/core/billing.ts';
import { type DesireInput, desire } from '../../reconciler/core/desire.ts';
import {
  agentNo,
  at,
  catalogOf,
  idNo,
  nowMs,
  policyOf,
  subscriptionNo,
} from '../builders/world.ts';
import { subscription } from '../fakes/billing.ts';

const path = agentPath(idNo(1));
const seconds = (minutes: number) => Date.parse(at(minutes)) / 1000;
const starter = { priceId: 'price_1', productId: 'prod_Starter', lookupKey: null, quantity: 1 };
const pro = { ...starter, productId: 'prod_Pro' };
const other = { ...starter, productId: 'prod_Other' };
const days = 24 * 60;
const began = '2025-11-13T02:13:20Z';

function billed(part: Partial<BilledSubscription> = {}): BilledSubscription {
  return subscription(subscriptionNo(1), 'cus_Test1', { items: [starter], ...part });
}

function inputOf(
  part: Partial<BilledSubscription>,
  file: string | null = null,
  rest: Partial<DesireInput> = {},
): DesireInput {
  return {
    file: file === null ? null : { path, oid: 'a'.repeat(40), text: file },
    subscription: billed(part),
    catalog: catalogOf(),
    policy: policyOf(),
    nowMs,
    removal: null,
    ...rest,
  };
}

function fileText(spec: Partial<Agent['spec']> = {}): string {
  return renderAgent(agentNo(1, spec));
}

/** What the file says once it has followed the subscription. */
function follow(
  part: Partial<BilledSubscription>,
  file: string | null = fileText(),
  rest: Partial<DesireInput> = {},
) {
  const desired = desire(inputOf(part, file, rest));
  const text = desired.kind === 'write' ? desired.text : (file ?? '');
  const parsed = parseAgentFile({ path, oid: '', text });
  assert.ok(parsed.kind === 'valid', desired.kind);
  return { desired, text, spec: parsed.agent.spec, createdAt: parsed.agent.metadata.createdAt };
}

const ended = { status: 'canceled', canceledAt: seconds(-90), endedAt: seconds(-60) } as const;
const since = at(-600);

describe('access of an agent that has a file, by status', () => {
  const past = { state: 'granted', since, until: '2026-11-29T12:00:00Z' };
  const now = '2026-11-22T12:00:00Z';
  const waiving = { behavior: 'void', resumesAt: null } as const;
  const table: readonly [string, Partial<BilledSubscription>, object][] = [
    ['active', {}, { state: 'granted', since }],
    ['trialing', { status: 'trialing', trialEnd: seconds(60) }, { state: 'granted', since }],
    ['past_due, in its grace', { status: 'past_due' }, { ...past, issues: ['PaymentPastDue'] }],
    [
      'unpaid, without a grace',
      { status: 'unpaid' },
      { state: 'suspended', since: now, issues: ['PaymentUnpaid'] },
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
      { pauseCollection: waiving },
      { state: 'suspended', since: now, issues: ['CollectionPaused'] },
    ],
    ...(['keep_as_draft', 'mark_uncollectible'] as const).map(
      (behavior): [string, Partial<BilledSubscription>, object] => [
        `collection paused with ${behavior}`,
        { pauseCollection: { behavior, resumesAt: null } },
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
      { state: 'granted', since, until: '2026-11-22T22:00:00Z', issues: ['PaymentPastDue'] },
    ],
    [
      'past_due and the money waived',
      { status: 'past_due', pauseCollection: waiving },
      { state: 'suspended', since: now, issues: ['CollectionPaused', 'PaymentPastDue'] },
    ],
    [
      'canceled while its collection was paused',
      { ...ended, pauseCollection: waiving },
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

  it('the policy may let a waived collection run', () => {
    const policy = policyOf('entitlement: {pausedCollection: granted}\n');
    const { spec } = follow({ pauseCollection: waiving }, fileText(), { policy });
    assert.deepEqual([spec.access.state, spec.access.issues], ['granted', ['CollectionPaused']]);
  });
});

describe('a grace', () => {
  const owing = follow({ status: 'past_due' }).text;
  const later = (minutes: number) => ({ nowMs: nowMs + minutes * 60_000 });

  it('is not moved by a later reading', () => {
    const again = desire(inputOf({ status: 'past_due' }, owing, later(6 * days)));
    assert.equal(again.kind, 'unchanged');
  });

  it('ends at its time, and grants no second one, whatever the status becomes', () => {
    const over = follow({ status: 'past_due' }, owing, later(7 * days));
    assert.deepEqual(over.spec.access, {
      state: 'suspended',
      since: '2026-11-29T12:00:00Z',
      issues: ['PaymentPastDue'],
    });
    const policy = policyOf('entitlement: {unpaidGraceDays: 9}\n');
    const worse = follow({ status: 'unpaid' }, over.text, { ...later(8 * days), policy });
    assert.deepEqual(worse.spec.access, {
      state: 'suspended',
      since: '2026-11-29T12:00:00Z',
      issues: ['PaymentUnpaid'],
    });
    assert.equal(
      desire(inputOf({ status: 'past_due' }, over.text, later(99 * days))).kind,
      'unchanged',
    );
  });

  it('is forgotten once the money came', () => {
    const paid = follow({}, owing, later(days));
    assert.deepEqual(paid.spec.access, { state: 'granted', since });
    assert.equal(
      follow({ status: 'past_due' }, paid.text, later(30 * days)).spec.access.until,
      '2026-12-29T12:00:00Z',
    );
  });

  it('of no days suspends at once', () => {
    const policy = policyOf('entitlement: {pastDueGraceDays: 0}\n');
    assert.equal(
      follow({ status: 'past_due' }, fileText(), { policy }).spec.access.state,
      'suspended',
    );
  });
});

describe('the end of a subscription', () => {
  it('adds the tombstone in the same writing', () => {
    const { desired, spec } = follow(ended);
    assert.deepEqual(spec.retired, {
      at: '2026-11-22T11:00:00Z',
      by: 'stripe',
      reason: 'its subscription was canceled',
    });
    assert.ok(desired.kind === 'write' && desired.cause === 'ended');
    assert.equal(desired.subject, `${idNo(1)}: access ended, retired`);
  });

  it('keeps the tombstone that a person set before', () => {
    const retired = { at: at(-100), by: 'person', reason: 'asked for' } as const;
    assert.deepEqual(follow(ended, withRetired(fileText(), retired)).spec.retired, retired);
  });

  it('does not bring back a tombstone that a person took away', () => {
    const access = { state: 'ended', since: '2026-11-22T11:00:00Z' } as const;
    const { desired, spec } = follow(ended, fileText({ access }));
    assert.deepEqual([desired.kind, spec.retired], ['unchanged', undefined]);
  });

  it('raises no issue and changes no plan', () => {
    const { spec } = follow({ ...ended, items: [pro], metadata: { region: 'mars' } });
    assert.deepEqual([spec.plan, spec.access.issues], ['starter', undefined]);
  });

  it('takes the time of Stripe, and now where Stripe has none', () => {
    assert.equal(follow({ ...ended, endedAt: null }).spec.access.since, '2026-11-22T10:30:00Z');
    const none = follow({ status: 'incomplete_expired' });
    assert.equal(none.spec.retired?.at, '2026-11-22T12:00:00Z');
    assert.equal(none.spec.retired?.reason, 'the first payment of its subscription never came');
  });
});

describe('what is odd keeps the file and becomes an issue', () => {
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

  it('other things on the same bill are none of our business', () => {
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

describe('a subscription without a file', () => {
  it('that pays for a plan gets one', () => {
    const { desired, spec, createdAt, text } = follow({ metadata: { region: 'us-east' } }, null);
    assert.equal(createdAt, began);
    assert.deepEqual(spec, {
      subscription: subscriptionNo(1),
      customer: 'cus_Test1',
      plan: 'starter',
      access: { state: 'granted', since: began },
      region: 'us-east',
      power: 'running',
      revision: 1,
    });
    assert.ok(desired.kind === 'write' && desired.cause === 'created');
    assert.equal(desired.subject, `${idNo(1)}: created, starter in us-east`);
    assert.equal(desired.body, `Stripe has ${subscriptionNo(1)} as active.`);
    assert.equal(desire(inputOf({ metadata: { region: 'us-east' } }, text)).kind, 'unchanged');
  });

  it('takes the default region where the metadata names none', () => {
    const { spec } = follow({}, null);
    assert.deepEqual([spec.region, spec.access.issues], ['eu-central', undefined]);
  });

  it('is granted no earlier than it was there, whatever its bill says', () => {
    assert.equal(follow({ startDate: 1_700_000_000 }, null).spec.access.since, began);
  });

  const nothing: readonly [string, Partial<BilledSubscription>, string][] = [
    ...(['incomplete', 'incomplete_expired', 'unpaid', 'canceled', 'paused'] as const).map(
      (status): [string, Partial<BilledSubscription>, string] => [status, { status }, 'NoAccess'],
    ),
    ['not ours', { items: [other] }, 'PlanUnknown'],
    ['two plans', { items: [starter, pro] }, 'PlanAmbiguous'],
    ['three of a plan', { items: [{ ...starter, quantity: 3 }] }, 'QuantityUnsupported'],
  ];
  for (const [name, part, reason] of nothing) {
    it(`gets none: ${name}`, () => {
      const desired = desire(inputOf(part));
      assert.ok(desired.kind === 'nothing');
      assert.equal(desired.reason, reason);
    });
  }
});

describe('a file that was removed before', () => {
  const text = `${fileText()}# a note\n`;
  const removal = { commit: 'c'.repeat(40), cause: null, agentsRemoved: 1, text };
  const removed = (part: Partial<typeof removal> | { cause: string } | { text: null }) =>
    desire(inputOf({}, null, { removal: { ...removal, ...part } }));

  it('comes back byte for byte, and then with a tombstone that cites the removal', () => {
    const desired = removed({});
    assert.ok(desired.kind === 'restore');
    const [first, second, ...more] = desired.commits;
    assert.deepEqual([first?.edits, more], [[{ path, text }], []]);
    const parsed = parseAgentFile({ path, oid: '', text: second?.edits[0]?.text ?? '' });
    assert.ok(parsed.kind === 'valid');
    assert.deepEqual(parsed.agent.spec.retired, {
      at: '2026-11-22T12:00:00Z',
      by: 'settle',
      reason: 'its file was removed by commit cccccccccc',
      cites: 'c'.repeat(40),
    });
  });

  for (const [name, part, reason] of [
    ['settle removed it', { cause: 'settled' }, 'Settled'],
    ['it went with others', { agentsRemoved: 2 }, 'RemovalUnclear'],
    ['history does not hold it', { text: null }, 'RemovalUnclear'],
    ['it was invalid', { text: 'kind: Agent\n' }, 'RemovalUnclear'],
  ] as const) {
    it(`stays away where ${name}`, () => {
      const desired = removed(part);
      assert.ok(desired.kind === 'nothing');
      assert.equal(desired.reason, reason);
    });
  }

  it('is not asked about where there is nothing to create', () => {
    const desired = desire(inputOf({ items: [other] }, null, { removal }));
    assert.ok(desired.kind === 'nothing' && desired.reason === 'PlanUnknown');
  });
});

describe('what people wrote', () => {
  const mine = `# about this agent
apiVersion: aura.dev/v1
kind: Agent
metadata: {name: ${idNo(1)}, createdAt: "2026-11-22T02:00:00Z"}
spec:
  power: stopped   # quiet for now
  subscription: ${subscriptionNo(1)}
  customer: cus_Test1
  access:
    # as Stripe has it
    state: granted # paid
    since: "2026-11-22T02:00:00Z"
  plan: starter # the small one
  region: us-east
  revision: 7
  config: {displayName: "A name that goes on and on, so long that somebody might want to fold it"}
  # until Friday
  hold: {reason: looking at it, since: "2026-11-22T02:00:00Z", until: "2026-11-24T02:00:00Z"}
`;

  it('survives, and only the lines of Stripe change', () => {
    const before = mine.split('\n');
    const { desired, text, spec } = follow({ ...ended, items: [starter] }, mine);
    assert.equal(desired.kind, 'write');
    const after = text.split('\n');
    const kept = before.filter((line) => !/state:|since: "2026-11-22T02:00:00Z"$/.test(line));
    for (const line of kept)
      assert.ok(after.includes(line.replace('   # quiet', ' # quiet')), line);
    assert.match(text, /state: ended # paid/);
    assert.deepEqual([spec.power, spec.revision, spec.region], ['stopped', 7, 'us-east']);
  });

  it('is not touched where nothing changed, byte for byte', () => {
    const desired = desire(inputOf({}, mine));
    assert.equal(desired.kind, 'unchanged');
  });

  it('an invalid file is frozen, with all that is wrong', () => {
    const desired = desire(
      inputOf(ended, mine.replace('running', 'x').replace('revision: 7', 'revision: 0')),
    );
    assert.ok(desired.kind === 'frozen');
    assert.deepEqual(
      desired.problems.map((problem) => [problem.field, problem.line]),
      [['spec.revision', 15]],
    );
  });
});

describe('what can never reach a file', () => {
  const hostile = [
    '${file("/etc/passwd")}',
    'constructor',
    '__proto__',
    'eu-central\nretired: {}',
    '\u0000\u001b[2J',
    'x'.repeat(500),
    '',
  ];
  for (const region of hostile) {
    it(`a region ${JSON.stringify(region).slice(0, 40)}`, () => {
      const { text, spec } = follow({ metadata: { region } }, null);
      assert.equal(spec.region, 'eu-central');
      assert.deepEqual(spec.access.issues ?? [], region === '' ? [] : ['RegionUnknown']);
      if (region !== '') assert.ok(!text.includes(region));
    });
  }

  it('ids that are none make no file', () => {
    const odd = subscription('sub_/../x', 'cus_Test1', { items: [starter] });
    assert.throws(() => desire({ ...inputOf({}), subscription: odd }), {
      reason: 'UnexpectedAnswer',
    });
    assert.throws(() => desire(inputOf({ customer: '' })), { reason: 'UnexpectedAnswer' });
  });

  it('a subscription of the other mode is refused, even one that has ended', () => {
    const live = { ...ended, livemode: true };
    assert.throws(() => desire(inputOf(live, fileText())), { reason: 'MisconfiguredAccount' });
  });
});

describe('properties', () => {
  const time = fc.option(fc.integer({ min: -90 * days, max: 90 * days }).map(seconds));
  const items = fc.array(
    fc.record({
      priceId: fc.constant('price_1'),
      productId: fc.constantFrom('prod_Starter', 'prod_Pro', 'prod_Other'),
      lookupKey: fc.constantFrom(null, 'starter_monthly'),
      quantity: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 3 },
  );
  const change = fc.record({
    status: fc.constantFrom(...subscriptionStatuses),
    endedAt: time,
    cancelAt: time,
    cancelAtPeriodEnd: fc.boolean(),
    currentPeriodEnd: time,
    pauseCollection: fc.option(
      fc.record({
        behavior: fc.constantFrom('keep_as_draft', 'mark_uncollectible', 'void'),
        resumesAt: fc.constant(null),
      }),
    ),
    items: fc.oneof(
      { weight: 2, arbitrary: fc.constant([starter]) },
      { weight: 1, arbitrary: items },
    ),
    metadata: fc.dictionary(
      fc.constantFrom('region', 'note'),
      fc.oneof(fc.string(), fc.constantFrom('us-east')),
    ),
    customer: fc.constantFrom('cus_Test1', 'cus_Other'),
  });
  const seed = 20261122;

  it('a second time writes nothing, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        let text: string | null = null;
        for (const part of changes) {
          const first = desire(inputOf(part, text));
          if (first.kind !== 'write') continue;
          text = first.text;
          const again = desire(inputOf(part, text, { nowMs: nowMs + 3_599_000 }));
          const graceOver = again.kind === 'write' && again.cause === 'access';
          assert.ok(again.kind === 'unchanged' || graceOver, JSON.stringify(again));
          assert.equal(desire(inputOf(part, text)).kind, 'unchanged');
        }
      }),
      { seed, numRuns: 300 },
    );
  });

  it('whatever Stripe says, what people own and their comments stay, and the file stays valid', () => {
    const spec = { power: 'stopped', revision: 3, config: { model: 'a/b' }, linkEpoch: 2 } as const;
    const mine = `# mine\n${fileText({ ...spec, region: 'us-east' })}# the end\n`;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        let text = mine;
        for (const part of changes) {
          const followed = follow(part, text);
          text = followed.text;
          const { power, revision, config, linkEpoch, region } = followed.spec;
          assert.deepEqual({ power, revision, config, linkEpoch }, spec);
          assert.equal(region, 'us-east');
          assert.ok(text.startsWith('# mine\n') && text.endsWith('# the end\n'));
        }
      }),
      { seed, numRuns: 200 },
    );
  });
});
