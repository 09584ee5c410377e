/**
 * Servers that do not become hosts, on real machines: each failure is injected for real, is reported by
 * its reason, and leaves nothing behind.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { agentPath, parseAgentId } from '../../reconciler/core/agent/agent.ts';
import { until } from '../support/until.ts';
import { type Fleet, openFleet, withoutFleet } from './fleet.ts';
import { leftBy } from './hosts-here.ts';
import { playing } from './playing.ts';

const timeout = 15 * 60_000;
const template = join(import.meta.dirname, '../../desired-state/policy.yaml');
/** All agents of this fleet end at once, which the usual limits refuse. */
const policy = `${readFileSync(template, 'utf8')}\nlimits: {burstPercent: 100, destroysPerHourCount: 20}\n`;

describe('servers that fail', { skip: withoutFleet, concurrency: false, timeout }, () => {
  let fleet: Fleet;
  const subscriptions: string[] = [];
  let [deaf, broken, cutOff] = ['', '', ''];
  before(async () => {
    fleet = await openFleet(12, { 'policy.yaml': policy });
  });
  after(() => fleet?.close());

  const hasFailed = async (agent: string) => {
    const record = agentPath(parseAgentId(agent) ?? assert.fail(agent));
    return (await fleet.operator.git('show', `origin/status:${record}`)).includes(
      'outcome: failed',
    );
  };

  test('port 22 that stays closed, a failed cloud-init and a dead mirror each have their reason', async () => {
    await fleet.verb('init');
    for (const _ of [1, 2, 3]) subscriptions.push(await fleet.buy());
    await fleet.verb('resync');
    const files = await fleet.operator.git('ls-tree', '-r', '--name-only', 'origin/main', 'agents');
    const agents = [...files.matchAll(/agt-[a-z0-9]{12}/g)].map(([id]) => id);
    [deaf = '', broken = '', cutOff = ''] = agents;
    const image = await fleet.imageWith(faultsByName({ deaf, broken, cutOff }));
    await fleet.useImage(image);
    const run = fleet.reconcile();
    for (const agent of agents) await until('its machine is on', () => fleet.isOn(agent));
    await until('one is configured', () => playing(cutOff).length > 0);
    await until('another has failed', () => hasFailed(broken));
    await fleet.control('clock', { advanceSeconds: 11 * 60 });
    const applied = await run;
    const byAgent = new Map(applied.map((one) => [one.agent, one]));
    const so = [deaf, broken, cutOff].map((one) => byAgent.get(one));
    assert.deepEqual(
      so.map((one) => [one?.said, one?.step, one?.reason]),
      [
        ['create failed', 'boot', 'BootTimeout'],
        ['create failed', 'boot', 'CloudInitFailed'],
        ['create failed', 'configure', 'PackageMirrorDown'],
      ],
    );
    assert.match(so[0]?.message ?? '', /sshd does not answer/);
    assert.match(so[1]?.message ?? '', /cloud-init .* failed/);
  });

  test('what was not up is rolled back; what waits for a mirror stays, and opens a breaker', async () => {
    subscriptions.push(await fleet.buy());
    await fleet.verb('resync');
    const said = (await fleet.reconcile()).map((one) => `${one.agent} ${one.said}`);
    const rolledBack = [deaf, broken].map((agent) => `${agent} rollback done`);
    assert.deepEqual(said.slice().sort(), rolledBack.sort());
    const { stdout } = await fleet.start(['plan']).ended;
    assert.match(stdout, /breaker.*PackageMirrorDown/s);
    const next = await fleet.start(['status', broken]).ended;
    assert.match(next.stdout, /its server did not start as it should|CloudInitFailed/);
  });

  test('ended, they leave nothing', async () => {
    for (const subscription of subscriptions) await fleet.control('cancel', { subscription });
    await fleet.verb('resync');
    await fleet.reconcile();
    await fleet.control('clock', { advanceSeconds: 2 * 3600 });
    await fleet.reconcile();
    await fleet.reconcile();
    assert.deepEqual(await fleet.left(), []);
    await fleet.close();
    assert.deepEqual(leftBy(fleet.slot), []);
  });
});

type Faulty = { readonly deaf: string; readonly broken: string; readonly cutOff: string };

/** Of an image: what happens at the boot of a machine, by its name. */
function faultsByName({ deaf, broken, cutOff }: Faulty): string {
  return [
    '#!/bin/sh',
    'case $(hostname) in',
    `${deaf}) systemctl mask ssh.service ssh.socket ;;`,
    `${broken}) echo "the image is broken" >&2; exit 1 ;;`,
    `${cutOff}) rm -f /etc/apt/sources.list.d/*`,
    '  echo "deb http://127.0.0.1:9/debian bookworm main" > /etc/apt/sources.list ;;',
    'esac',
    '',
  ].join('\n');
}
