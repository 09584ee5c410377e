/** The leases of builders: whose a server is, and until when. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Builder,
  builderLabels,
  buildersIn,
  withBuilder,
  withoutBuilder,
} from '../../../reconciler/core/fleet/builder.ts';
import { parseFleetFile, renderFleetRecord } from '../../../reconciler/core/fleet/fleet-record.ts';
import { labelNames } from '../../../reconciler/core/fleet/observed.ts';
import { builderRefusal } from '../../../reconciler/core/plan/builder-limit.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  convergedWorld,
  fileNo,
  nonce,
  policyOf,
  runsSaid,
  serverNo,
} from '../../builders/world.ts';

const builder: Builder = {
  name: `builder-${nonce}`,
  nonce,
  run: '17',
  runAttempt: 1,
  since: at(-100),
  until: at(-10),
  content: '0123456789abcdef',
  serverType: 'cpx12',
  location: 'fsn1',
  monthlyCost: 5.5,
};
const server = serverNo(9, {
  id: '9009',
  name: builder.name,
  labels: builderLabels('aura', builder),
});

describe('the lease of a builder', () => {
  test('is written to fleet.yaml and read again, beside what others write there', () => {
    const firewalls = { base: '1', bootstrap: '2' };
    const record = withBuilder(
      { apiVersion: 'aura.dev/v1', kind: 'FleetStatus', firewalls },
      builder,
    );
    const read = parseFleetFile(renderFleetRecord(record));
    assert.ok(read.kind === 'valid', JSON.stringify(read));
    assert.deepEqual(buildersIn(read.record), [builder]);
    assert.deepEqual(read.record.firewalls, firewalls);
    const known = withBuilder(read.record, { ...builder, server: '9009' });
    assert.deepEqual(
      buildersIn(known).map((one) => one.server),
      ['9009'],
    );
    assert.equal('builders' in withoutBuilder(known, nonce), false);
  });

  test('makes labels that Hetzner takes, whatever the run is called', () => {
    const run = `local-${'h'.repeat(70)}_`;
    const label = builderLabels('aura', { run, nonce })[labelNames.builder] ?? '';
    assert.match(label, /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/);
  });
});

describe('a builder’s server', () => {
  const seen = (state: 'running' | 'over' | 'unknown', builders: readonly Builder[] = [builder]) =>
    planOf({
      ...convergedWorld(1, { builders, runs: runsSaid({ 17: state }) }),
      ...withServer(),
    });
  function withServer() {
    const { observed } = convergedWorld(1);
    return { observed: { ...observed, servers: [...observed.servers, server] } };
  }
  const said = ({ orphans, waiting }: ReturnType<typeof seen>) => [
    orphans.map(({ id }) => id),
    waiting.map(({ message }) => message),
  ];

  test('is no orphan while its run acts, or until its lease expires', () => {
    assert.deepEqual(said(seen('running')), [[], []]);
    assert.deepEqual(said(seen('unknown', [{ ...builder, until: at(5) }])), [[], []]);
  });

  test('waits for its end once the run is over', () => {
    const message = 'it is the builder of run 17, which is over: the next run ends it';
    assert.deepEqual(said(seen('over')), [[], [message]]);
    assert.deepEqual(said(seen('unknown')), [[], [message]]);
  });

  test('is an orphan without a lease, whatever its labels say', () => {
    assert.deepEqual(said(seen('running', [])), [['9009'], []]);
    const other = { ...builder, nonce: 'zyxwvutsrq543210' };
    assert.deepEqual(said(seen('running', [other])), [['9009'], []]);
  });
});

describe('a builder counts', () => {
  const recent = { ...builder, since: at(-5), until: at(60) };
  const waiting = (limits: string, builders: readonly Builder[]) => {
    const world = convergedWorld(1, {
      policy: policyOf(`limits: {${limits}}\n`),
      builders,
      runs: runsSaid({ 17: 'running' }),
    });
    const files = [fileNo(1), fileNo(2)];
    return {
      deferred: planOf({ ...world, files }).deferred.map(({ limit }) => limit),
      refused: builderRefusal(world, { monthlyCost: 5.5 }),
    };
  };

  test('as a create of its hour', () => {
    assert.deepEqual(waiting('createsPerHourMax: 1', []), { deferred: [], refused: null });
    const beyond = waiting('createsPerHourMax: 1', [recent]);
    assert.deepEqual(beyond.deferred, ['createsPerHour']);
    assert.match(beyond.refused ?? '', /at most 1 servers are created in an hour/);
    assert.deepEqual(waiting('createsPerHourMax: 1', [builder]).deferred, [], 'an hour ago');
  });

  test('with its cost, while it is not listed yet', () => {
    assert.deepEqual(waiting('fleetCostMonthlyMax: 12', []), { deferred: [], refused: null });
    const beyond = waiting('fleetCostMonthlyMax: 12', [recent]);
    assert.deepEqual(beyond.deferred, ['fleetCost']);
    assert.match(beyond.refused ?? '', /would cost 16.5 a month, at most 12 is allowed/);
  });

  test('and is not bought under a stop, a pause or a partial reading', () => {
    const choice = { monthlyCost: 5 };
    const world = convergedWorld(1);
    assert.equal(builderRefusal(world, choice), null);
    assert.match(builderRefusal({ ...world, stop: 'fire' }, choice) ?? '', /stopped: fire/);
    const paused = policyOf('pause: {reason: audit, since: 2026-11-22T00:00:00Z}\n');
    assert.match(builderRefusal({ ...world, policy: paused }, choice) ?? '', /stopped: audit/);
    const reading = { kind: 'partial', reasons: [{ source: 'devices', detail: '503' }] } as const;
    const partial = { ...world, observed: { ...world.observed, reading } };
    assert.match(builderRefusal(partial, choice) ?? '', /partial: devices: 503/);
  });
});
