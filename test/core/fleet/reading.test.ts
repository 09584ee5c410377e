/** What a reading contains besides agents: implausible listings, orphans, removed files. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelNames } from '../../../reconciler/core/fleet/observed.ts';
import { readingOf } from '../../../reconciler/core/fleet/plausible.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { findOrphans } from '../../../reconciler/core/orphans/orphan.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  attempt,
  convergedWorld,
  deviceNo,
  fileNo,
  idNo,
  labelsNo,
  policyOf,
  recordNo,
  serverNo,
  stateNo,
  wholeReading,
  worldOf,
} from '../../builders/world.ts';

function readingFor(world: World, part: Partial<Parameters<typeof readingOf>[0]> = {}) {
  return readingOf({
    files: world.files,
    records: world.records,
    observed: world.observed,
    offers: world.offers,
    policy: world.policy,
    ...wholeReading,
    ...part,
  });
}
const sources = (reading: ReturnType<typeof readingOf>) =>
  reading.kind === 'partial' ? reading.reasons.map((one) => one.source) : [];

describe('a reading', () => {
  const world = convergedWorld(10);
  const seeing = (n: number) => ({
    observed: { ...world.observed, servers: world.observed.servers.slice(0, n) },
  });

  it('is complete when nothing is missing', () =>
    assert.deepEqual(readingFor(world), { kind: 'complete' }));
  it('an empty listing over a known fleet is implausible', () =>
    assert.deepEqual(sources(readingFor(world, seeing(0))), ['servers']));
  it('a few missing servers are trusted', () =>
    assert.deepEqual(sources(readingFor(world, seeing(7))), []));
  it('more than always allowed and over a fifth is not', () =>
    assert.deepEqual(sources(readingFor(world, seeing(6))), ['servers']));
  it('servers without a recorded end are taken for gone, until a look by id finds them', () => {
    const ended = attempt({ change: 'retire', step: 'device', ended: at(-5) });
    const four = convergedWorld(4, {
      records: [1, 2, 3, 4].map((n) => recordNo(n, n === 4 ? { attempts: [ended] } : {})),
    });
    const empty = { observed: { ...four.observed, servers: [] } };
    const found = (...unlisted: string[]) =>
      sources(readingFor(four, { ...empty, unlisted: new Set(unlisted) }));
    assert.deepEqual(found(), []);
    assert.deepEqual(found('1001'), [], 'counted already');
    assert.deepEqual(found('1004'), ['servers']);
  });
  it('a commit that removes most files is not trusted', () =>
    assert.deepEqual(sources(readingFor(world, { files: world.files.slice(0, 2) })), ['files']));
  it('servers of ours and no status branch', () =>
    assert.deepEqual(sources(readingFor(world, { statusExists: false, records: [] })), ['status']));
  it('a new installation is complete', () =>
    assert.deepEqual(readingFor(worldOf(), { statusExists: false }), { kind: 'complete' }));
  it('more missing than are looked up by their ids are not trusted', () => {
    const large = convergedWorld(200);
    const { servers } = large.observed;
    const details = (missing: number) => {
      const observed = { ...large.observed, servers: servers.slice(missing) };
      const reading = readingFor(large, { observed });
      return reading.kind === 'partial' ? reading.reasons.map(({ detail }) => detail) : [];
    };
    assert.deepEqual(details(20), []);
    assert.deepEqual(details(21), ['21 recorded servers are not in the listing']);
    assert.deepEqual(details(41), ['41 of 200 recorded servers are not in the listing']);
  });
  it('a server that only its id found is missing from the listing anyway', () => {
    const unlisted = new Set(world.observed.servers.slice(0, 4).map(({ id }) => id));
    assert.deepEqual(sources(readingFor(world, { unlisted })), ['servers']);
  });
  it('an empty list of prices was not read', () => {
    const offers = { ...world.offers, list: [] };
    assert.deepEqual(sources(readingFor(world, { offers })), ['prices']);
    const partial = [{ source: 'prices' as const, detail: '502' }];
    assert.deepEqual(readingFor(world, { offers, partial }), { kind: 'partial', reasons: partial });
  });
  it('of few agents names them, and takes no other agent for missing', () => {
    const named = [idNo(1)];
    const part = { ...seeing(1), files: [], statusExists: false, named };
    assert.deepEqual(readingFor(world, part), { kind: 'named', agents: named });
  });
  it('a doubt about the time makes any reading partial', () => {
    const clock = { source: 'clock', detail: 'the clocks disagree: why' } as const;
    const other = { source: 'servers', detail: 'page 2' } as const;
    for (const [part, reasons] of [
      [{}, [clock]],
      [{ named: [] }, [clock]],
      [{ partial: [other] }, [clock, other]],
    ] as const)
      assert.deepEqual(readingFor(world, { ...part, clockDoubt: 'why' }), {
        kind: 'partial',
        reasons,
      });
  });
  it('a failure of an adapter makes it partial', () => {
    assert.deepEqual(
      sources(readingFor(world, { partial: [{ source: 'devices', detail: '502' }] })),
      ['devices'],
    );
  });
});

describe('orphans', () => {
  const strayServer = serverNo(50, { labels: { ...labelsNo(50), [labelNames.agent]: idNo(50) } });
  const decision = (choice: 'undecided' | 'destroy' | 'adopt' | { keep: { until: string } }) => ({
    path: 'orphans/server-1050.yaml',
    oid: 'c'.repeat(40),
    reviewed: true,
    decision: {
      apiVersion: 'aura.dev/v1' as const,
      kind: 'Orphan' as const,
      resource: {
        kind: 'server' as const,
        id: '1050',
        name: idNo(50),
        seen: at(-60),
        why: 'stray',
      },
      decision: choice,
    },
  });
  const withStray = (part: Partial<World> = {}): World => {
    const world = convergedWorld(1, part);
    return {
      ...world,
      observed: { ...world.observed, servers: [...world.observed.servers, strayServer] },
    };
  };

  it('a server with our labels and neither file nor record', () => {
    const [found] = findOrphans(withStray()).orphans;
    assert.deepEqual(
      [found?.resource, found?.id, found?.decision, found?.monthlyCost],
      ['server', '1050', 'new', 5.5],
    );
  });
  it('a second server of an agent is one, the recorded one stays', () => {
    const world = convergedWorld(1);
    const twin = { ...serverNo(1), id: '2002' };
    const plan = planOf({
      ...world,
      observed: { ...world.observed, servers: [...world.observed.servers, twin] },
    });
    assert.deepEqual([plan.orphans.map((one) => one.id), plan.changes], [['2002'], []]);
  });
  it('a server of another fleet is not looked at', () => {
    const foreign = serverNo(51, { labels: { ...labelsNo(51), [labelNames.fleet]: 'other' } });
    assert.deepEqual(findOrphans(worldOf({}, { servers: [foreign] })).orphans, []);
  });
  it('a young one has its grace', () => {
    assert.deepEqual(
      findOrphans(worldOf({}, { servers: [{ ...strayServer, created: at(-5) }] })).orphans,
      [],
    );
  });
  it('devices and states too', () => {
    const world = worldOf({}, { devices: [deviceNo(60)], states: [stateNo(61)] });
    assert.deepEqual(
      findOrphans(world).orphans.map((one) => one.resource),
      ['device', 'state'],
    );
  });
  it('an invalid file still names its agent', () => {
    const files = [
      {
        kind: 'invalid' as const,
        id: idNo(50),
        path: fileNo(50).path,
        oid: fileNo(50).oid,
        problems: [],
      },
    ];
    assert.deepEqual(
      findOrphans(withStray({ files, records: [] }))
        .orphans.filter((one) => one.resource === 'server')
        .map((one) => one.id),
      ['1001'],
    );
  });
  it('nothing is destroyed without a decision, and then only what it names', () => {
    for (const [choice, kinds] of [
      ['undecided', []],
      ['adopt', []],
      ['destroy', ['destroyOrphan']],
      [{ keep: { until: at(60) } }, []],
    ] as const) {
      const plan = planOf(withStray({ orphanFiles: [decision(choice)] }));
      assert.deepEqual(
        plan.changes.map((change) => change.kind),
        kinds,
      );
    }
  });
  it('a decision without a review destroys nothing', () => {
    const unreviewed = { ...decision('destroy'), reviewed: false };
    const plan = planOf(withStray({ orphanFiles: [unreviewed] }));
    assert.deepEqual(plan.changes, []);
    assert.equal(plan.orphans.find(({ id }) => id === '1050')?.decision, 'undecided');
  });
  it('a stop keeps a decided one', () => {
    assert.deepEqual(
      planOf(withStray({ orphanFiles: [decision('destroy')], stop: 'incident' })).changes,
      [],
    );
  });
  it('none is found in a partial reading', () => {
    const world = withStray();
    const reading = {
      kind: 'partial' as const,
      reasons: [{ source: 'files' as const, detail: 'x' }],
    };
    assert.deepEqual(
      findOrphans({ ...world, observed: { ...world.observed, reading } }).orphans,
      [],
    );
  });
});

describe('removed files', () => {
  it('a record without a file is left to finalize, and destroys nothing', () => {
    const world = convergedWorld(5);
    const plan = planOf({ ...world, files: world.files.slice(1) });
    assert.deepEqual(
      [plan.removed.map((one) => one.agent), plan.changes, plan.orphans],
      [[idNo(1)], [], []],
    );
  });
  it('so many that the reading is partial are reported, as long as nothing else is in doubt', () => {
    const world = convergedWorld(5);
    const removedIn = (...sources: readonly ('files' | 'servers')[]) => {
      const reasons = sources.map((source) => ({ source, detail: 'x' }));
      const reading = { kind: 'partial' as const, reasons };
      const observed = { ...world.observed, reading };
      return planOf({ ...world, files: [], observed }).removed.length;
    };
    assert.deepEqual(
      [removedIn('files'), removedIn('files', 'servers'), removedIn('servers')],
      [5, 0, 0],
    );
  });
  it('a record that is gone is no removed file', () => {
    assert.deepEqual(
      planOf(worldOf({ records: [recordNo(1, { gone: at(-5) })], policy: policyOf() })).removed,
      [],
    );
  });
});
