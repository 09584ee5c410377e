/** Each row of the table above `strayDevices`. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentIdOf } from '../../../reconciler/core/agent/agent.ts';
import type { ObservedDevice, ObservedServer } from '../../../reconciler/core/fleet/observed.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { findOrphans } from '../../../reconciler/core/orphans/orphan.ts';
import {
  at,
  attempt,
  convergedWorld,
  deviceNo,
  fileNo,
  idNo,
  recordNo,
  serverNo,
  without,
} from '../../builders/world.ts';

const stray = (part: Partial<ObservedDevice> = {}) =>
  deviceNo(1, { nodeId: 'stray', created: at(-400), ...part });
const unproven = `device stray: its name is ${idNo(1)}, and nothing proves that it belongs to that agent`;

type Case = {
  readonly record?: AgentRecord | null;
  readonly servers?: readonly ObservedServer[];
  readonly devices: readonly ObservedDevice[];
  readonly file?: World['files'][number] | null;
};

/** Agents 1 and 2, of which the first is as the case says. */
function found({ record, servers, devices, file }: Case): readonly string[] {
  const world = convergedWorld(2);
  const part = <Item>(given: Item | null | undefined, usual: Item): Item[] =>
    given === null ? [] : [given ?? usual];
  return findOrphans({
    ...world,
    files: [...part(file, fileNo(1)), fileNo(2)],
    records: [...part(record, recordNo(1)), recordNo(2)],
    observed: {
      ...world.observed,
      servers: [...(servers ?? [serverNo(1)]), serverNo(2)],
      devices: [...devices, deviceNo(2)],
    },
  }).orphans.map(({ resource, id, why }) => `${resource} ${id}: ${why}`);
}

const nodeless = without(recordNo(1), 'tailnet');
const serverless = without(nodeless, 'server');

describe('a device that no record names', () => {
  test('and that names no agent, or an agent without anything else, is an orphan', () => {
    assert.match(found({ devices: [stray({ hostname: 'a-laptop' })] }).join(), /names no agent/);
    const unknown = agentIdOf('sub_Unknown');
    assert.match(
      found({ devices: [stray({ hostname: unknown })] }).join(),
      /no file and no record/,
    );
    assert.deepEqual(found({ devices: [stray({ hostname: unknown, created: at(-59) })] }), []);
  });

  test('beside the recorded one is a second one; where that is missing, it may be the server’s', () => {
    const own = deviceNo(1);
    assert.deepEqual(found({ devices: [own, stray()] }), [
      `device stray: ${idNo(1)} has device node1; this is a second one`,
    ]);
    assert.deepEqual(found({ devices: [stray()] }), []);
  });

  test('is left alone while a run works on the agent, and while its file is unreadable', () => {
    const lease = {
      run: 'run-1',
      runAttempt: 1,
      change: 'resume' as const,
      nonce: 'abcdefghij012345',
      step: 'join' as const,
      since: at(-10),
      until: at(10),
    };
    const devices = [stray({ created: at(-580) })];
    assert.deepEqual(found({ record: { ...nodeless, lease }, devices }), []);
    const { id, path, oid } = fileNo(1);
    const file = { kind: 'invalid' as const, id, path, oid, problems: [] };
    assert.deepEqual(found({ record: nodeless, devices, file }), []);
    assert.deepEqual(found({ record: nodeless, devices, file: null }), [], 'its file was removed');
    assert.deepEqual(found({ record: nodeless, devices }), [unproven]);
  });

  test('may be that of the server, unless it is older', () => {
    for (const servers of [
      [serverNo(1)],
      [serverNo(1, { labels: {} })],
      [serverNo(1, { id: '9' })],
    ]) {
      assert.deepEqual(found({ record: nodeless, servers, devices: [stray()] }), []);
      const older = [stray({ created: at(-580) })];
      assert.deepEqual(found({ record: nodeless, servers, devices: older }), [unproven]);
    }
    const two = [serverNo(1), serverNo(1, { id: '9', created: at(-300) })];
    assert.deepEqual(found({ record: nodeless, servers: two, devices: [stray()] }).length, 1);
    assert.match(
      found({ record: nodeless, servers: two, devices: [stray()] }).join(),
      /^server 9/,
      'the device may be the older server’s',
    );
  });

  test('of an agent without a server is an orphan, unless the next change removes it', () => {
    const record = { ...serverless, attempts: [attempt({ started: at(-410), ended: at(-390) })] };
    const left = [stray({ online: false })];
    const none: readonly ObservedServer[] = [];
    assert.deepEqual(found({ record, servers: none, devices: left }), []);
    assert.deepEqual(found({ record, servers: none, devices: [stray()] }), [unproven]);
    const stopped = fileNo(1, { power: 'stopped' });
    assert.deepEqual(found({ record, servers: none, devices: left, file: stopped }), [unproven]);
    const retired = { at: at(-1), by: 'person', reason: 'abuse' } as const;
    const ended = fileNo(1, { retired });
    assert.deepEqual(found({ record, servers: none, devices: left, file: ended }), []);
  });
});

describe('a device that a record names', () => {
  test('is no orphan, whatever its name', () => {
    for (const hostname of ['the-boss', idNo(2), agentIdOf('sub_Unknown')])
      assert.deepEqual(found({ devices: [deviceNo(1, { hostname, created: at(-400) })] }), []);
  });
});
