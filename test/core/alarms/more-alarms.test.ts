/** Alarms about subscriptions, creates, quotas, credentials, units and the service: each fires. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AlarmInput, alarmsOf } from '../../../reconciler/core/alarms/alarms.ts';
import { heardAlarms, judgedKinds } from '../../../reconciler/core/alarms/heard-alarms.ts';
import {
  type ServiceFacts,
  serviceAlarmKinds,
  serviceAlarms,
} from '../../../reconciler/core/alarms/service-alarms.ts';
import { nothingElse } from '../../builders/alarm-input.ts';
import {
  at,
  attempt,
  fileNo,
  idNo,
  nowMs,
  policyOf,
  recordNo,
  without,
} from '../../builders/world.ts';

const dayMinutes = 24 * 60;

function raised(part: Partial<AlarmInput>): readonly string[] {
  const input = { ...nothingElse, policy: policyOf(), files: [], records: [], ...part };
  return alarmsOf(input, nowMs).map(({ kind, scope, severity }) =>
    `${severity} ${kind} ${scope}`.trimEnd(),
  );
}
const recorded = (...records: readonly ReturnType<typeof recordNo>[]): AlarmInput['records'] =>
  records.map((record, place) => {
    const id = idNo(place + 1);
    return { kind: 'valid', id, path: fileNo(place + 1).path, record };
  });
const isolated = { reason: 'abuse report', since: at(-90) };
const ended = { access: { state: 'ended' as const, since: at(-60) } };

test('an end without a tombstone, unless a hold explains it or nothing is left', () => {
  assert.deepEqual(raised({ files: [fileNo(1, ended)] }), ['look EndedNotRetired']);
  const hold = { reason: 'evidence', since: at(-9), until: at(99) };
  const retired = { at: at(-9), by: 'stripe' as const, reason: 'canceled' };
  for (const file of [fileNo(1, { ...ended, hold }), fileNo(1, { ...ended, retired })])
    assert.deepEqual(raised({ files: [file] }), []);
  const gone = recorded(recordNo(1, { gone: at(-1) }));
  assert.deepEqual(raised({ files: [fileNo(1, ended)], records: gone }), []);
});

test('oddities of subscriptions, one alarm for each; a late payment is none', () => {
  const access = (n: number, ...issues: ('PlanUnknown' | 'RegionDiffers' | 'PaymentPastDue')[]) =>
    fileNo(n, { access: { state: 'granted', since: at(-1), issues } });
  assert.deepEqual(
    raised({ files: [access(1, 'PlanUnknown', 'RegionDiffers'), access(2, 'PlanUnknown')] }),
    ['look AccessIssue PlanUnknown', 'look AccessIssue RegionDiffers'],
  );
  assert.deepEqual(raised({ files: [access(1, 'PaymentPastDue')] }), []);
});

test('a dispute and a fraud warning, isolated or not', () => {
  const isolated = { reason: 'a dispute', since: at(-5) };
  const reported = (n: number, issues: ('PaymentDisputed' | 'FraudWarning')[], more = {}) =>
    fileNo(n, { access: { state: 'granted', since: at(-9), issues }, ...more });
  const files = [
    reported(1, ['PaymentDisputed']),
    reported(2, ['FraudWarning', 'PaymentDisputed'], { isolated }),
  ];
  assert.deepEqual(raised({ files }), [
    'look AbuseReported FraudWarning',
    'look AbuseReported PaymentDisputed',
  ]);
  const input = { ...nothingElse, policy: policyOf(), files, records: [] };
  assert.deepEqual(
    alarmsOf(input, nowMs).map(({ message }) => message),
    [
      '1 agent whose customer has a payment that is reported as fraud, 1 of them isolated',
      '2 agents whose customer has a disputed payment, 1 of them isolated',
    ],
  );
  const gone = recorded(recordNo(1, { gone: at(-1) }), recordNo(2, { gone: at(-1) }));
  assert.deepEqual(raised({ files, records: gone }), []);
});

test('an isolation of seven days, unless a report is open', () => {
  const of = (since: string, issues: 'PaymentDisputed'[] = []) =>
    fileNo(1, {
      isolated: { reason: 'a report', since },
      access: { state: 'suspended', since: at(-99 * dayMinutes), issues },
    });
  assert.deepEqual(raised({ files: [of(at(-7 * dayMinutes))] }), ['look IsolatedForLong']);
  assert.deepEqual(raised({ files: [of(at(-7 * dayMinutes + 1))] }), []);
  const open = raised({ files: [of(at(-7 * dayMinutes), ['PaymentDisputed'])] });
  assert.deepEqual(open, ['look AbuseReported PaymentDisputed']);
  const isolated = { reason: 'a report', since: at(-7 * dayMinutes) };
  const files = [fileNo(1, { ...ended, isolated })];
  const records = recorded(recordNo(1));
  assert.deepEqual(raised({ files, records }), ['look IsolationBlocksRetirement']);
});

test('creates that fail in a region, of a day, and not by a single failure', () => {
  const made = (minutes: number, failed = false) => ({
    at: at(-minutes),
    agent: idNo(minutes),
    ...(failed ? { failed: 'BootTimeout' } : { seconds: 90 }),
  });
  const five = [made(5), made(4), made(3), made(2, true), made(1, true)];
  const few = [made(2, true), made(1, true)];
  const old = five.map((one) => ({ ...one, at: at(-dayMinutes - 1) }));
  const provisions = { 'eu-central': five, 'us-east': few, asia: [...old, made(1)] };
  assert.deepEqual(raised({ provisions }), ['look ProvisionsFail eu-central']);
});

test('a unit that does not stay up, by attempts in a row', () => {
  const failed = attempt({ outcome: 'failed', reason: 'UnitFailed' });
  const done = attempt({ outcome: 'succeeded' });
  const other = attempt({ outcome: 'failed', reason: 'BootTimeout' });
  const kinds = (...attempts: (typeof failed)[]) =>
    raised({ files: [fileNo(1)], records: recorded(recordNo(1, { attempts })) }).filter((one) =>
      /Crash/.test(one),
    );
  assert.deepEqual(kinds(done, failed, failed), ['look CrashLoop']);
  for (const none of [[failed], [failed, failed, done], [failed, other, failed]])
    assert.deepEqual(kinds(...none), []);
  const suspended = { access: { state: 'suspended' as const, since: at(-60) } };
  for (const spec of [{ power: 'stopped' as const }, suspended, { isolated }]) {
    const records = recorded(recordNo(1, { attempts: [failed, failed] }));
    assert.deepEqual(raised({ files: [fileNo(1, spec)], records }), [], 'it is not tried again');
  }
});

describe('an isolated agent', () => {
  const retired = { at: at(-30 * 60), by: 'stripe' as const, reason: 'canceled' };
  const long = { state: 'ended' as const, since: at(-30 * 60) };
  const of = (spec: object, record = recordNo(1)) =>
    raised({ files: [fileNo(1, { isolated, ...spec })], records: recorded(record) });

  test('that has ended is kept: one alarm says so, and none that it is still billed', () => {
    assert.deepEqual(of({ access: long, retired }), ['look IsolationBlocksRetirement']);
    assert.deepEqual(of({ access: long }), ['look IsolationBlocksRetirement']);
    const nothing = without(recordNo(1), 'server');
    assert.deepEqual(of({ access: long, retired }, nothing), []);
  });

  test('is not brought up, so it is not reported as without a server', () => {
    const queued = without(recordNo(1, { everRunning: false, phase: 'queued' }), 'server');
    assert.deepEqual(of({}, queued), []);
    const since = at(-61);
    const condition = { type: 'Attention', status: 'True' as const, message: '', since };
    const conditions = [{ ...condition, reason: 'PowerUnknown' }];
    assert.deepEqual(of({}, recordNo(1, { conditions })), ['look ServerPowerUnknown']);
  });
});

test('what heartbeats reported for an hour', () => {
  const unhealthy = (reason: string) =>
    recordNo(1, {
      conditions: [{ type: 'Unhealthy', status: 'True', reason, message: 'x', since: at(-61) }],
    });
  const kinds = (reason: string) => raised({ records: recorded(unhealthy(reason)) });
  assert.deepEqual(kinds('NoHeartbeat'), ['page HeartbeatsStale']);
  assert.deepEqual(kinds('AgentDown'), ['page AgentUnhealthy']);
});

test('a quota that is used up soon at the pace of a week', () => {
  const fleet = (count: number, days: number, ends = 0) =>
    recorded(
      ...Array.from({ length: count }, (_, n) => {
        const made = { id: `${n + 1}`, nonce: 'abcdefghij012345', created: at(-days * dayMinutes) };
        const destroyed = { at: at(-60), server: `${n + 90}`, kind: 'replace' as const };
        return recordNo(n + 1, { server: made, destroyed: n < ends ? [destroyed] : [] });
      }),
    );
  const policy = policyOf('quotas: {servers: 10, devices: 1000}\n');
  assert.deepEqual(raised({ policy, records: fleet(7, 3) }), ['look QuotaForecast servers']);
  assert.deepEqual(raised({ policy, records: fleet(9, 3) }), ['page QuotaForecast servers']);
  assert.deepEqual(raised({ policy, records: fleet(10, 90) }), ['page QuotaForecast servers']);
  assert.deepEqual(raised({ policy, records: fleet(7, 90) }), [], 'it does not grow');
  assert.deepEqual(raised({ policy, records: fleet(7, 3, 7) }), [], 'as many ended');
  assert.deepEqual(raised({ records: fleet(9, 3) }), [], 'the quota is not known');
  const addresses = policyOf('quotas: {primaryIps: 20}\n');
  assert.deepEqual(raised({ policy: addresses, records: fleet(10, 90) }), [
    'page QuotaForecast primaryIps',
  ]);
  assert.deepEqual(raised({ policy: addresses, records: fleet(9, 90) }), []);
});

test('a quota counts what else the project and the tailnet have, and its growth', () => {
  const policy = policyOf('quotas: {servers: 10, primaryIps: 20, devices: 10}\n');
  const server = { id: '1', nonce: 'abcdefghij012345', created: at(-90 * dayMinutes) };
  const records = recorded(recordNo(1, { server }));
  const seen = (daysAgo: number, servers: number, primaryIps = 0, devices = 0) => ({
    ...{ at: at(-daysAgo * dayMinutes), servers, primaryIps, devices },
  });
  assert.deepEqual(raised({ policy, records, others: [seen(30, 8)] }), [], 'it does not grow');
  assert.deepEqual(raised({ policy, records, others: [seen(30, 9)] }), [
    'page QuotaForecast servers',
  ]);
  assert.deepEqual(raised({ policy, records, others: [seen(30, 3), seen(1, 8)] }), [
    'page QuotaForecast servers',
  ]);
  assert.deepEqual(raised({ policy, records, others: [seen(30, 4), seen(1, 6)] }), [
    'look QuotaForecast servers',
  ]);
  assert.deepEqual(raised({ policy, records, others: [seen(1, 0, 18, 9)] }), [
    'page QuotaForecast devices',
    'page QuotaForecast primaryIps',
  ]);
  const [found] = alarmsOf(
    { ...nothingElse, policy, files: [], records, others: [seen(30, 3), seen(1, 8)] },
    nowMs,
  );
  assert.equal(
    found?.message,
    '9 of 10 servers are in use, 8 of them beside the fleet: the quota is used up in 2 days at the pace of the last 7 days',
  );
});

test('minutes of Actions that are used up before the month ends, at its pace', () => {
  // The builders' time is 2026-11-22T12:00.
  const policy = policyOf('quotas: {actionsMinutes: 2000}\n');
  const used = (minutes: number, since = '2026-11-01T00:00:00Z') =>
    raised({ policy, actionsMinutes: { since, until: '2026-11-22T00:00:00Z', minutes } });
  assert.deepEqual(used(1400), [], 'it lasts until the month ends');
  assert.deepEqual(used(1500), ['look QuotaForecast actionsMinutes']);
  assert.deepEqual(used(1800), ['page QuotaForecast actionsMinutes']);
  assert.deepEqual(used(2000), ['page QuotaForecast actionsMinutes']);
  assert.deepEqual(used(2000, '2026-10-01T00:00:00Z'), [], 'of another month');
  assert.deepEqual(raised({ policy }), [], 'not counted');
});

test('a credential that ends within 30 days, where its service says so', () => {
  const ends = (days: number) => [{ name: 'GITHUB_TOKEN', ends: at(days * dayMinutes) }];
  assert.deepEqual(raised({ credentials: ends(31) }), []);
  assert.deepEqual(raised({ credentials: ends(29) }), ['look CredentialExpires GITHUB_TOKEN']);
  assert.deepEqual(raised({ credentials: ends(2) }), ['page CredentialExpires GITHUB_TOKEN']);
});

const quiet: ServiceFacts = {
  intake: { stalled: null, overdue: [], foreign: [] },
  answers: [],
  budget: null,
  restarting: [],
  endpoints: [],
};
const ofService = (part: Partial<ServiceFacts>) =>
  serviceAlarms({ ...quiet, ...part }, nowMs).map(({ kind, scope }) => `${kind} ${scope}`);

test('answers to webhooks that are wrong, and strangers that are refused', () => {
  const route = '/webhooks/stripe';
  const answers = (good: number, status: number, bad: number, minutes = 1) => [
    ...Array.from({ length: good }, () => ({ route, status: 200, atMs: nowMs - 60_000 })),
    ...Array.from({ length: bad }, () => ({ route, status, atMs: nowMs - minutes * 60_000 })),
  ];
  const stripe = 'WebhookErrors /webhooks/stripe';
  assert.deepEqual(ofService({ answers: answers(1, 400, 9) }), [`${stripe} 4xx`]);
  assert.deepEqual(ofService({ answers: answers(7, 503, 3) }), [`${stripe} 5xx`]);
  for (const fine of [answers(5, 400, 20), answers(9, 503, 3), answers(0, 503, 9)])
    assert.deepEqual(ofService({ answers: fine }), []);
  assert.deepEqual(ofService({ answers: answers(0, 503, 30, 16) }), [], 'it is over');
});

test('an endpoint that refuses events for half an hour, or wants none any more', () => {
  const trouble = (minutes: number, gone = false) => ({
    endpoints: [{ endpoint: 'shop', sinceMs: nowMs - minutes * 60_000, agents: [idNo(1)], gone }],
  });
  assert.deepEqual(ofService(trouble(30)), ['EndpointFails shop']);
  assert.deepEqual(ofService(trouble(29)), []);
  assert.deepEqual(ofService(trouble(1, true)), ['EndpointFails shop']);
});

test('units that restart again and again', () => {
  const restarting = [{ agent: idNo(1), sinceMs: nowMs - 60_000, restarts: 7 }];
  assert.deepEqual(ofService({ restarting }), ['UnitRestarts ']);
});

test("Hetzner's rate limit, of which more than 80 % are used up", () => {
  const budget = (remaining: number) => ({ callsPerHour: 3600, calls: 1, remaining });
  assert.deepEqual(ofService({ budget: budget(719) }), ['RateBudgetLow hetzner']);
  assert.deepEqual(ofService({ budget: budget(720) }), []);
});

test('a reading judges only what it could read', () => {
  const input = { ...nothingElse, policy: policyOf(), files: [], records: [], nowMs };
  const judged = judgedKinds(input);
  for (const kind of ['NoSuccessfulRun', 'CredentialExpires', 'WrongStripeAccount'] as const)
    assert.ok(!judged.has(kind), kind);
  for (const kind of serviceAlarmKinds) assert.ok(!judged.has(kind), kind);
  assert.ok(judged.has('QuotaForecast'));
  const unread = judgedKinds({ ...input, fleetIsReadable: false });
  assert.deepEqual(
    [...judged].filter((kind) => !unread.has(kind)),
    [
      'BilledServersDiffer',
      'ClocksDisagree',
      'CostAnomaly',
      'MarginLow',
      'PriceDiffers',
      'ProvisionsFail',
      'QuotaForecast',
      'RetiredButCharged',
    ],
  );
  assert.deepEqual([...judgedKinds({ ...input, statusExists: false })], ['RecordsMissing']);
  assert.deepEqual(heardAlarms(input), []);
});
