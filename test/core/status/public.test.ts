/** What visitors see: incidents, figures by region, and what is sold. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { incidentsIn } from '../../../reconciler/core/agent/incidents.ts';
import { newFleetRecord } from '../../../reconciler/core/fleet/fleet-record.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import {
  type CatalogSources,
  publicCatalog,
} from '../../../reconciler/core/status/public-catalog.ts';
import { publicFleet } from '../../../reconciler/core/status/public-fleet.ts';
import { isoOf } from '../../../reconciler/core/text/time.ts';
import { at, attempt, catalogOf, idNo, nowMs, policyOf, recordNo } from '../../builders/world.ts';

const fleet = {
  ...newFleetRecord({}),
  provisions: {
    'eu-central': [
      { at: at(-90), agent: idNo(1), seconds: 100 },
      { at: at(-80), agent: idNo(2), failed: 'BootTimeout' },
      { at: at(-70), agent: idNo(2), seconds: 200 },
    ],
  },
};
const none: CatalogSources = {
  policy: policyOf(),
  catalog: catalogOf(),
  records: [],
  isStopped: false,
  incidents: incidentsIn(null),
  fleet,
  offers: null,
  nowMs,
};
const soldOut = (n: number, location: string): AgentRecord =>
  recordNo(n, {
    phase: 'queued',
    attempts: [
      attempt({ ...{ reason: 'ResourceUnavailable', scope: 'fleet', location }, ended: at(-1) }),
    ],
  });
const condition = (type: string, since = at(-5)) =>
  ({ type, status: 'True', reason: 'CANARY', message: 'CANARY', since }) as const;

const incidentText = (...entries: readonly string[]) =>
  `apiVersion: aura.dev/v1\nkind: Incidents\nincidents:\n${entries.map((one) => `  - {${one}}\n`).join('')}`;

describe('incidents', () => {
  const titles = (part: Partial<CatalogSources>) =>
    publicFleet({ ...none, ...part }).incidents.map(({ title }) => title);

  it('are none while all is well', () => assert.deepEqual(titles({}), []));

  it('that people wrote are shown, a resolved one for a week', () => {
    const resolved = (title: string, minutes: number) =>
      `title: ${title}, state: resolved, since: "${at(-30_000)}", until: "${at(minutes)}", text: t`;
    const text = incidentText(
      resolved('old', -8 * 1440),
      resolved('past', -6 * 1440),
      `title: now, state: monitoring, since: "${at(-60)}", text: t, regions: [us-east]`,
    );
    const incidents = incidentsIn(text);
    assert.deepEqual(titles({ incidents }), ['now', 'past']);
  });

  it('of a file with a mistake are not shown', () => {
    for (const entry of [
      `title: a, state: resolved, since: "${at(-60)}", text: t`,
      `title: a, state: monitoring, since: "${at(-60)}", until: "${at(-1)}", text: t`,
      `title: a, state: resolved, since: "${at(-60)}", until: "${at(-61)}", text: t`,
      `title: a, state: gone, since: "${at(-60)}", text: t`,
    ]) {
      const incidents = incidentsIn(incidentText(entry));
      assert.equal(incidents.kind, 'invalid', entry);
      assert.deepEqual(titles({ incidents }), []);
    }
  });

  it('show a pause and its beginning, without the reason', () => {
    const paused = policyOf(`pause: {reason: CANARY, since: "${at(-9)}"}\n`);
    for (const part of [
      { policy: paused },
      {
        isStopped: true,
        records: [recordNo(1, { conditions: [condition('Paused', at(-9))] })],
      },
    ]) {
      const { incidents } = publicFleet({ ...none, ...part });
      assert.deepEqual(
        incidents.map(({ title, since }) => [title, since]),
        [['Changes are paused', at(-9)]],
      );
      assert.doesNotMatch(JSON.stringify(incidents), /CANARY/);
    }
  });

  it('show a stop before any record says so, and not when it was lifted', () => {
    const old = incidentsIn(
      incidentText(`title: old, state: monitoring, since: "${at(-60)}", text: t`),
    );
    const { incidents } = publicFleet({ ...none, isStopped: true, incidents: old });
    assert.deepEqual(
      incidents.map(({ title, since }) => [title, since]),
      [
        ['Changes are paused', null],
        ['old', at(-60)],
      ],
    );
    const records = [recordNo(1, { conditions: [condition('Paused')] })];
    assert.deepEqual(titles({ records }), [], 'until the next run removes the condition');
  });

  it('show an open breaker in the regions that it concerns', () => {
    const [incident] = publicFleet({ ...none, records: [soldOut(1, 'fsn1')] }).incidents;
    assert.deepEqual(
      [incident?.title, incident?.regions, incident?.since],
      ['New agents take longer', ['eu-central'], isoOf(nowMs - 60_000)],
    );
  });
});

describe('the figures of a region', () => {
  it('are of its last creates', () => {
    const all = publicFleet(none).regions;
    const eu = all.find(({ region }) => region === 'eu-central');
    const others = all.filter((one) => one !== eu);
    assert.deepEqual(eu?.provisions, {
      ...{ count: 3, averageSeconds: 150, p95Seconds: 200, failureRate: 1 / 3 },
    });
    assert.deepEqual(
      eu?.recent.map(({ seconds }) => seconds),
      [100, null, 200],
    );
    for (const { provisions } of others) assert.equal(provisions, null);
    assert.doesNotMatch(JSON.stringify(publicFleet(none)), /agt-|BootTimeout/);
  });
});

describe('the catalog', () => {
  const region = (part: Partial<CatalogSources>) =>
    publicCatalog({ ...none, ...part }).plans[0]?.regions[0];
  const type = catalogOf().plans['starter']?.serverTypes['eu-central'] ?? '';
  const offers = (available: boolean, location = 'nbg1') => ({
    currency: 'EUR',
    backupPercent: 20,
    ipv4MonthlyNet: {},
    list: [
      {
        ...{ serverType: type, location, monthlyNet: 4, available },
        ...{ diskGb: 40, memoryGb: 4, architecture: 'x86' },
      },
    ],
  });

  it('has the usual time of a create', () => {
    assert.equal(region({})?.usualMinutes, 3);
    assert.equal(region({ fleet: null })?.usualMinutes, null);
  });

  it('a plan can be had where a location of the region has its servers', () => {
    const isAvailable = (part: Partial<CatalogSources>) => region(part)?.isAvailable;
    assert.equal(isAvailable({}), null);
    assert.equal(isAvailable({ offers: offers(true) }), true);
    assert.equal(isAvailable({ offers: offers(false) }), false);
    assert.equal(isAvailable({ offers: offers(true, 'ash') }), false);
    assert.equal(isAvailable({ offers: offers(true), records: [soldOut(1, 'nbg1')] }), false);
    const everywhere = (catalogOf().regions['eu-central']?.locations ?? []).map((location, n) =>
      soldOut(n + 1, location),
    );
    assert.equal(isAvailable({ records: everywhere }), false);
  });

  it('signups wait while others do, and under a pause', () => {
    const signups = (records: readonly AgentRecord[], isStopped = false) =>
      publicCatalog({ ...none, records, isStopped }).signups;
    assert.deepEqual(signups([recordNo(1)]), { wait: false, waiting: 0 });
    const deferred = recordNo(1, { phase: 'queued', conditions: [condition('Deferred')] });
    assert.deepEqual(signups([deferred]), { wait: true, waiting: 1 });
    assert.deepEqual(signups([recordNo(1)], true), { wait: true, waiting: 0 });
  });

  it('has the price that the catalog states, and no id of Stripe', () => {
    const catalog = catalogOf();
    const starter = catalog.plans['starter'] ?? assert.fail();
    const price = { monthly: 29, currency: 'EUR' };
    const priced = { ...catalog, plans: { starter: { ...starter, price } } };
    assert.deepEqual(publicCatalog({ ...none, catalog: priced }).plans[0]?.price, price);
    assert.equal(publicCatalog(none).plans[0]?.price, null);
    assert.doesNotMatch(JSON.stringify(publicCatalog(none)), /prod_|price_/);
  });

  it('is empty while the catalog cannot be read', () => {
    assert.deepEqual(publicCatalog({ ...none, catalog: null }).plans, []);
  });
});
