/** Files that are created or restored, people's edits in them, and what never enters a file. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseAgentFile } from '../../../reconciler/core/agent/agent-file.ts';
import {
  type BilledSubscription,
  subscriptionStatuses,
} from '../../../reconciler/core/billing/billing.ts';
import { desire } from '../../../reconciler/core/billing/desire.ts';
import {
  began,
  days,
  ended,
  fileText,
  follow,
  inputOf,
  other,
  path,
  pro,
  seconds,
  starter,
} from '../../builders/billed.ts';
import { idNo, nowMs, subscriptionNo } from '../../builders/world.ts';
import { subscription } from '../../fakes/billing.ts';

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

  it('is granted no earlier than it was created, whatever its bill says', () => {
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
  const removal = { commit: 'c'.repeat(40), own: false, agentsRemoved: 1, text };
  const removed = (part: Partial<typeof removal> | { text: null }) =>
    desire(inputOf({}, null, { removal: { ...removal, ...part } }));

  it('is restored byte for byte, and then with a tombstone that cites the removal', () => {
    const desired = removed({});
    assert.ok(desired.kind === 'restore');
    const [first, second, ...more] = desired.commits;
    assert.deepEqual([first?.edits, more], [[{ path, text }], []]);
    const parsed = parseAgentFile({ path, oid: '', text: second?.edits[0]?.text ?? '' });
    assert.ok(parsed.kind === 'valid');
    assert.deepEqual(parsed.agent.spec.retired, {
      at: '2026-11-22T12:00:00Z',
      by: 'person',
      reason: 'its file was removed by commit cccccccccc',
      cites: 'c'.repeat(40),
    });
  });

  for (const [name, part, reason] of [
    ['finalize removed it', { own: true }, 'Finalized'],
    ['it went with others', { agentsRemoved: 2 }, 'RemovalUnclear'],
    ['history does not hold it', { text: null }, 'RemovalUnclear'],
    ['it was invalid', { text: 'kind: Agent\n' }, 'RemovalUnclear'],
  ] as const) {
    it(`stays removed where ${name}`, () => {
      const desired = removed(part);
      assert.ok(desired.kind === 'nothing');
      assert.equal(desired.reason, reason);
    });
  }

  it('is not looked up where there is nothing to create', () => {
    const desired = desire(inputOf({ items: [other] }, null, { removal }));
    assert.ok(desired.kind === 'nothing' && desired.reason === 'PlanUnknown');
  });
});

describe('people’s edits', () => {
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
  config: {displayName: "A name that goes on and on, so long that an editor might fold it"}
  # until Friday
  hold: {reason: looking at it, since: "2026-11-22T02:00:00Z", until: "2026-11-24T02:00:00Z"}
`;

  it('are kept, and only Stripe’s lines change', () => {
    const before = mine.split('\n');
    const { desired, text, spec } = follow({ ...ended, items: [starter] }, mine);
    assert.equal(desired.kind, 'write');
    const after = text.split('\n');
    const kept = before.filter((line) => !/state:|since: "2026-11-22T02:00:00Z"$/.test(line));
    for (const line of kept) assert.ok(after.includes(line), line);
    assert.match(text, /state: ended +# paid/);
    assert.deepEqual([spec.power, spec.revision, spec.region], ['stopped', 7, 'us-east']);
  });

  it('are not changed where nothing changed, byte for byte', () => {
    const desired = desire(inputOf({}, mine));
    assert.equal(desired.kind, 'unchanged');
  });

  it('an invalid file is frozen, with all its errors', () => {
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

describe('what never enters a file', () => {
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

  it('invalid ids create no file', () => {
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
      monthly: fc.constant(null),
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
    pausedCollection: fc.option(fc.constantFrom('keep_as_draft', 'mark_uncollectible', 'void')),
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

  it('for any subscription, people’s fields and comments stay, and the file stays valid', () => {
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
