/** What the daily comparison of subscriptions, servers, charges and cost finds. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BilledSubscription } from '../../../reconciler/core/billing/billing.ts';
import { billedDifferences } from '../../../reconciler/core/money/billed-servers.ts';
import { dearCustomers, moneyConditions } from '../../../reconciler/core/money/findings.ts';
import { marginsOf } from '../../../reconciler/core/money/margin.ts';
import { costReport } from '../../../reconciler/core/status/cost-report.ts';
import {
  at,
  catalogOf,
  fileNo,
  fleet,
  idNo,
  nowMs,
  offers,
  policyOf,
  recordNo,
  serverNo,
  subscriptionNo,
  without,
} from '../../builders/world.ts';
import { subscription } from '../../fakes/billing.ts';

const bought = (n: number, part: Partial<BilledSubscription> = {}) =>
  [idNo(n) as string, subscription(subscriptionNo(n), `cus_Test${n}`, part)] as const;
const pro = { priceId: 'p', productId: 'prod_Pro', lookupKey: null, quantity: 1, monthly: null };
const old = { created: at(-300) };
const usual = {
  fleet,
  files: [fileNo(1)],
  records: [recordNo(1)],
  servers: [serverNo(1, old)],
  bought: new Map([bought(1)]),
  catalog: catalogOf(),
  nowMs,
};
type Input = Parameters<typeof billedDifferences>[0];
const kinds = (part: Partial<Input>) =>
  billedDifferences({ ...usual, ...part }).map(({ kind, agent }) => `${kind} ${agent}`);
const seconds = (minutes: number) => Date.parse(at(minutes)) / 1000;

describe('subscriptions and servers', () => {
  const recordless = without(recordNo(1), 'server');
  const gone = { ...recordless, gone: at(-60) };
  const apart = fileNo(1, { isolated: { reason: 'abuse report', since: at(-60) } });
  const canceled = bought(1, { status: 'canceled', endedAt: seconds(-2900) });
  const cases: readonly (readonly [string, Partial<Input>, readonly string[]])[] = [
    ['that agree', {}, []],
    ['no server', { servers: [], records: [recordless] }, ['noServer']],
    [
      'no server, given up',
      { servers: [], records: [{ ...recordless, receipts: ['gave-up/1'] }] },
      [],
    ],
    [
      'no server, bought within the hour',
      { servers: [], bought: new Map([bought(1, { created: seconds(-30) })]) },
      [],
    ],
    ['no server, isolated', { files: [apart], servers: [], records: [recordless] }, []],
    ['canceled, isolated', { files: [apart], bought: new Map([canceled]) }, []],
    ['no file and no record', { files: [], records: [], servers: [] }, ['noAgent']],
    [
      'no file, and a price of no plan',
      {
        files: [],
        records: [],
        servers: [],
        bought: new Map([bought(1, { items: [{ ...pro, productId: 'prod_None' }] })]),
      },
      [],
    ],
    ['a gone agent', { files: [], records: [gone], servers: [] }, ['retiredButCharged']],
    [
      'a gone agent, its collection paused',
      {
        files: [],
        records: [gone],
        servers: [],
        bought: new Map([bought(1, { pausedCollection: 'void' })]),
      },
      [],
    ],
    [
      'a gone agent whose file stays',
      {
        files: [fileNo(1, { retired: { at: at(-90), by: 'person', reason: 'x' } })],
        records: [gone],
        servers: [],
      },
      ['retiredButCharged'],
    ],
    ['canceled two days ago', { bought: new Map([canceled]) }, ['notPaid']],
    [
      'canceled an hour ago',
      { bought: new Map([bought(1, { status: 'canceled', endedAt: seconds(-60) })]) },
      [],
    ],
    ['unknown to Stripe', { bought: new Map() }, ['notPaid']],
    ['a server of minutes', { bought: new Map(), servers: [serverNo(1, { created: at(-5) })] }, []],
    ['another plan', { bought: new Map([bought(1, { items: [pro] })]) }, ['otherSize']],
    ['another type', { servers: [serverNo(1, { ...old, serverType: 'cpx51' })] }, ['otherSize']],
    ['a server without a file', { files: [], bought: new Map() }, ['noFile']],
  ];
  for (const [what, part, expected] of cases)
    test(what, () => {
      assert.deepEqual(
        kinds(part),
        expected.map((kind) => `${kind} ${idNo(1)}`),
      );
    });
});

describe('margins', () => {
  const report = costReport({
    ...{ fleet, offers, charges: [], unmarked: [] },
    records: [recordNo(1), recordNo(2)],
    servers: [serverNo(1), serverNo(2)],
  });
  type Monthly = BilledSubscription['items'][number]['monthly'];
  const priced = (prices: readonly Monthly[]) =>
    new Map(
      prices.map((monthly, place) =>
        bought(place + 1, { items: [{ ...pro, productId: 'prod_Starter', monthly }] }),
      ),
    );
  const margins = (...prices: readonly Monthly[]) => marginsOf(report, priced(prices), catalogOf());
  const eur = (amount: number) => ({ amount, currency: 'eur' });

  test('compare the charge with the cost, by plan and region', () => {
    assert.deepEqual(margins(eur(1900), eur(1100)), [
      {
        plan: 'starter',
        region: 'eu-central',
        agents: 2,
        agentIds: [idNo(1), idNo(2)].sort(),
        charged: { monthly: 30, currency: 'EUR' },
        cost: 11,
        percent: 63.3,
      },
    ]);
  });

  test('convert no currency, and guess no price', () => {
    const dollars = { amount: 1900, currency: 'usd' };
    assert.deepEqual(
      [margins(dollars, dollars), margins(dollars, eur(1)), margins(eur(1), null)].map(([one]) => [
        one?.charged?.currency,
        one?.percent,
      ]),
      [
        ['USD', null],
        [undefined, null],
        [undefined, null],
      ],
    );
  });

  test('count what is left after discounts, and none that is not known', () => {
    const items = [{ ...pro, productId: 'prod_Starter', monthly: eur(2200) }];
    const half = { priceIds: ['p'], off: { kind: 'percent', percent: 50 } } as const;
    const unknown = { priceIds: ['p'], off: { kind: 'unknown' } } as const;
    const found = (...discounts: NonNullable<BilledSubscription['discounts']>) => {
      const both = new Map([bought(1, { items, discounts }), bought(2, { items })]);
      const [one] = marginsOf(report, both, catalogOf());
      return [one?.charged?.monthly, one?.percent];
    };
    assert.deepEqual(found(), [44, 75]);
    assert.deepEqual(found(half), [33, 66.7]);
    assert.deepEqual(found(unknown), [undefined, null]);
  });

  test('below the bound, a customer above its plans, and a fleet above its limit are findings', () => {
    const files = [fileNo(1), fileNo(2)];
    const catalog = catalogOf();
    const findings = { report, differences: [], prices: [], margins: margins(eur(600), eur(600)) };
    const found = (policy: string, customers = dearCustomers(report, files, catalog)) =>
      moneyConditions({ ...findings, customers }, policyOf(policy)).flatMap(({ type, message }) =>
        message === null ? [] : [`${type} ${message}`],
      );
    assert.deepEqual(found(''), []);
    assert.deepEqual(found('margin: {percentMin: 10}\n'), [
      'MarginLow 1 margin: starter in eu-central has 8.3 %',
    ]);
    assert.deepEqual(found('limits: {fleetCostMonthlyMax: 10}\n'), [
      'CostAnomaly 1 finding: the fleet costs 11, at most 10 EUR is allowed',
    ]);
    const alone = dearCustomers(report, [fileNo(1)], catalog);
    assert.deepEqual(found('', alone), ['CostAnomaly 1 finding: cus_Test2 costs 5.5, expected 0']);
  });

  test('a price list that makes servers dearer makes a margin thin', () => {
    const low = (times: number) => {
      const list = offers.list.map((one) => ({ ...one, monthlyNet: one.monthlyNet * times }));
      const dearer = costReport({
        ...{ fleet, offers: { ...offers, list }, charges: [], unmarked: [] },
        ...{ records: [recordNo(1)], servers: [serverNo(1)] },
      });
      const found = marginsOf(dearer, priced([eur(1900)]), catalogOf());
      const all = { report: dearer, differences: [], prices: [], customers: [], margins: found };
      return moneyConditions(all, policyOf()).find(({ type }) => type === 'MarginLow')?.message;
    };
    assert.equal(low(1), null);
    assert.equal(low(4), '1 margin: starter in eu-central has -7.9 %');
  });

  test('each finding names its agents, sorted; of many the first fifty', () => {
    const thin = { margins: margins(eur(600), eur(600)), report, prices: [] };
    const differences = Array.from({ length: 60 }, (_, n) => {
      return { kind: 'noServer' as const, agent: idNo(60 - n), message: 'pays' };
    });
    const customers = dearCustomers(report, [fileNo(1)], catalogOf());
    const policy = policyOf('margin: {percentMin: 10}\n');
    const agentsOf = (type: string) =>
      moneyConditions({ ...thin, differences, customers }, policy).find((one) => one.type === type)
        ?.agents;
    const all = differences.map(({ agent }) => agent as string).sort();
    assert.deepEqual(agentsOf('BilledServersDiffer'), all.slice(0, 50));
    assert.deepEqual(agentsOf('RetiredButCharged'), []);
    assert.deepEqual(agentsOf('CostAnomaly'), [idNo(2)]);
    assert.deepEqual(agentsOf('MarginLow'), [idNo(1), idNo(2)].sort());
  });
});
