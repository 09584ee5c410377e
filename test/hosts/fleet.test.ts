/**
 * What happens to agents every day, on real machines: four are created at once from one image, and
 * then rebooted, stopped, resized, configured, attacked, and killed in the middle of a play.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { addressIn } from '../../local-cloud/machines/ranges.ts';
import { shellWord } from '../../reconciler/adapters/ssh/shell-word.ts';
import { agentPath, parseAgentId } from '../../reconciler/core/agent/agent.ts';
import { within } from '../support/hetzner-api.ts';
import { startRecording } from '../support/recording.ts';
import { until } from '../support/until.ts';
import { type Fleet, openFleet, withoutFleet } from './fleet.ts';
import {
  bucketOf,
  foundIn,
  gitOf,
  secretsOf,
  tellingLine,
  userDataOf,
  watchProcesses,
} from './planted.ts';
import { playing } from './playing.ts';
import { assertClean, assertDifferent } from './prepared.ts';
import { answers } from './shell.ts';

const timeout = 20 * 60_000;
const megabyte = 1024 ** 2;
const restart = 'systemctl reset-failed openclaw; systemctl --no-block restart openclaw';
const healthz = 'curl --silent --fail --max-time 5 http://127.0.0.1:18789/healthz';

/** A server that accepts connections on this computer. */
async function listening(host: string, port: number) {
  const server = createServer((socket) => socket.end()).listen(port, host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe('a fleet on real machines', { skip: withoutFleet, concurrency: false, timeout }, () => {
  let fleet: Fleet;
  let watching = () => '';
  let image = '';
  let agents: readonly string[] = [];
  const agent = (n: number) => agents[n] ?? assert.fail(`there is no agent ${n}`);
  const agentId = (n: number) => parseAgentId(agent(n)) ?? assert.fail(agent(n));
  before(async () => {
    fleet = await openFleet(11);
    watching = watchProcesses();
  });
  after(async () => {
    watching();
    await fleet?.close();
  });

  const said = async (env?: Readonly<Record<string, string>>) =>
    (await fleet.reconcile(env)).map(
      ({ agent: who, said: what }) => `${agents.indexOf(who)} ${what}`,
    );
  /** Of the device that its record names. */
  const isOnline = async (who: string) => {
    const node = String(within(await fleet.record(who), 'tailnet.nodeId'));
    const { devices } = (await fleet.tailscale('GET', '/tailnet/-/devices')) as {
      devices: readonly object[];
    };
    const device = devices.find((one) => String(within(one, 'nodeId')) === node);
    return within(device, 'connectedToControl') === true;
  };
  const runs = (who: string) =>
    fleet.inside(who, healthz).then(
      () => true,
      () => false,
    );
  /** An agent needs a while to start, on a loaded computer more than a minute. */
  const untilRuns = (who: string) =>
    fleet.inside(who, `timeout 200 sh -c 'until ${healthz}; do sleep 0.5; done'`);
  const hasBooted = (who: string) =>
    fleet.inside(who, 'true').then(
      () => true,
      () => false,
    );
  /** Tailscale's API, whose new keys have been revoked when they are used. */
  const revokedKeys = async () => {
    const create = { reusable: false, preauthorized: true, tags: ['tag:aura'] };
    const capabilities = { devices: { create } };
    const made = await fleet.tailscale('POST', '/tailnet/-/keys', { capabilities });
    await fleet.tailscale('DELETE', `/tailnet/-/keys/${within(made, 'id')}`);
    return startRecording(String(fleet.env['TAILSCALE_BASE_URL']), ({ method, path, answer }) => {
      if (method !== 'POST' || !path.endsWith('/keys')) return answer;
      return JSON.stringify({ ...JSON.parse(answer), key: within(made, 'key') });
    });
  };
  const reaches = (from: string, to: string, port: number) =>
    fleet.inside(from, `timeout 3 bash -c 'exec 3<>/dev/tcp/${to}/${port}'`).then(
      () => true,
      () => false,
    );

  /** The next run plays the roles on it again, as after an upgrade. */
  const forgetRoles = (n: number) =>
    fleet.operator.editOn('status', agentPath(agentId(n)), (text) =>
      text.replace(/roleVersion: \S+/, 'roleVersion: another'),
    );
  /** What the agent's unit starts, as a release of it might do; null for what it was. */
  const replaceProgram = (who: string, program: string | null) => {
    const folder = '/etc/systemd/system/openclaw.service.d';
    const unit = `[Service]\nExecStart=\nExecStart=${program}\n`;
    const write = `mkdir -p ${folder}; printf %s ${shellWord(unit)} > ${folder}/test.conf`;
    const change = program === null ? `rm -r ${folder}` : write;
    return fleet.inside(who, `${change}; systemctl daemon-reload; ${restart}`);
  };

  test('a prepared image is built, and proposed with what it contains', async () => {
    await fleet.verb('init');
    const built: unknown = JSON.parse((await fleet.verb('image', 'build', '--json')).stdout);
    image = String(within(built, 'image'));
    for (const part of [/docker [0-9]/, /node 24\./, /tailscale 1\./, /openclaw 2026\./])
      assert.match(String(within(built, 'contents')), part);
    assert.deepEqual(await fleet.left(), [], 'its builder is gone');
    await fleet.merge(String(within(built, 'proposal')));
  });

  test('four agents are created from it at once, each with keys of its own', async (t) => {
    for (const _ of [1, 2, 3, 4]) await fleet.buy();
    await fleet.verb('resync');
    const applied = await fleet.reconcile();
    agents = applied.map(({ agent: who }) => who);
    assert.equal(agents.length, 4);
    const late = applied.filter(({ said: what }) => what !== 'create done');
    for (const one of late) {
      // On a computer with too much else to do openclaw starts too late: the next run waits again.
      assert.deepEqual([one.said, one.reason], ['create failed', 'UnitFailed'], one.message);
      t.diagnostic(`${one.agent} needed a second run: ${one.message}`);
    }
    if (late.length > 0) {
      await fleet.control('clock', { advanceSeconds: 6 * 60 });
      assert.deepEqual(
        (await fleet.reconcile()).map(({ said: what }) => what),
        late.map(() => 'resume done'),
      );
    }
    for (const who of agents) {
      const record = await fleet.record(who);
      assert.equal(within(record, 'phase'), 'running');
      assert.equal(within(record, 'chosen.image'), image);
    }
    assertDifferent(fleet);
    assertClean(fleet, image);
  });

  test('no agent reaches another, nor any other address port 22', async () => {
    const [one, other] = [agent(0), agent(1)];
    const tailnet = String(within(await fleet.record(other), 'tailnet.address'));
    for (const port of [22, 80]) assert.equal(await reaches(one, tailnet, port), false);
    const address = fleet.addressOf(other);
    await until('port 22 is closed', async () => !(await answers(address)));
    assert.equal(await reaches(one, address, 22), false);
    assert.equal(await reaches(other, '127.0.0.1', 22), true);
  });

  test('users and containers reach no metadata service, and nothing reaches port 25', async () => {
    const who = agent(0);
    const here = addressIn(fleet.slot.uplink, 1) ?? '';
    const [web, mail] = [await listening(here, 0), await listening(here, 25)];
    const container = (command: string) =>
      `timeout 20 docker run --rm probe /bin/bash -c ${shellWord(command)}`;
    const user = (command: string) =>
      `setpriv --reuid=openclaw --regid=openclaw --clear-groups bash -c ${shellWord(command)}`;
    const root = (command: string) => `bash -c ${shellWord(command)}`;
    const files = "/bin/bash $(ldd /bin/bash | grep -o '/[^ ]*')";
    await fleet.inside(who, `tar --dereference -c ${files} 2> /dev/null | docker import - probe`);
    const passes = async (by: (command: string) => string, address: string, port: number) => {
      const connect = `timeout 3 bash -c 'exec 3<>/dev/tcp/${address}/${port}'`;
      const inside = by === container ? `exec 3<>/dev/tcp/${address}/${port}` : connect;
      return fleet.inside(who, by(inside)).then(
        () => true,
        () => false,
      );
    };
    const metadata = '169.254.169.254';
    assert.equal(await passes(root, metadata, 80), true);
    for (const by of [user, container]) assert.equal(await passes(by, metadata, 80), false);
    for (const by of [root, user, container]) {
      assert.equal(await passes(by, here, web.port), true);
      assert.equal(await passes(by, here, 25), false);
    }
    for (const one of [web, mail]) one.close();
  });

  test('a machine that reboots comes back', async () => {
    const who = agent(1);
    const boots = fleet.bootsOf(who);
    await fleet.hetzner('POST', `/servers/${fleet.serverOf(who)}/actions/reboot`);
    await until('it boots again', () => fleet.bootsOf(who) === boots + 1);
    await until('its first process runs', () => hasBooted(who));
    await untilRuns(who);
    await until('its device is online', () => isOnline(who));
    assert.deepEqual(await said(), []);
  });

  test('one that was stopped, and whose device was removed, starts and joins again', async () => {
    const who = agent(2);
    await fleet.verb('stop', who);
    assert.deepEqual(await said(), ['2 power done']);
    const node = String(within(await fleet.record(who), 'tailnet.nodeId'));
    await fleet.tailscale('DELETE', `/device/${node}`);
    await fleet.verb('start', who);
    assert.deepEqual(await said(), ['2 power done']);
    const spent = await revokedKeys();
    assert.deepEqual(await said({ TAILSCALE_BASE_URL: spent.url }), ['2 repair failed']);
    await spent.close();
    const attempts = within(await fleet.record(who), 'attempts') as readonly unknown[];
    assert.equal(within(attempts.at(-1), 'reason'), 'JoinFailed');
    assert.deepEqual(await said(), ['2 repair done']);
    assert.notEqual(within(await fleet.record(who), 'tailnet.nodeId'), node);
    await untilRuns(who);
    await until('port 22 is closed', async () => !(await answers(fleet.addressOf(who))));
    assert.deepEqual(await said(), []);
  });

  test('a resize gives an agent the limits of its new size', async () => {
    const who = agent(3);
    const limit = () => fleet.inside(who, 'systemctl show openclaw --property=MemoryMax --value');
    assert.equal(await limit(), String((4096 - 512) * megabyte));
    const subscription = String(within(await fleet.record(who), 'subscription'));
    await fleet.changePrice(subscription, 'price_AuraProMonthly');
    await fleet.verb('resync');
    assert.deepEqual(await said(), ['3 resize done']);
    assert.deepEqual(await said(), ['3 configure done']);
    assert.equal(await limit(), String((8192 - 1024) * megabyte));
    assert.deepEqual([await runs(who), await said()], [true, []]);
  });

  test('a second play changes nothing', async () => {
    await forgetRoles(0);

    assert.deepEqual(await said(), ['0 configure done']);
    assert.match(fleet.printed.join(''), /"changed":0,"msg":"the roles were played"/);
  });

  test('a play that is killed is played again by the next run', async () => {
    await forgetRoles(0);
    const run = said();
    await until('it plays', () => playing(agent(0)).length > 0);
    for (const pid of playing(agent(0))) process.kill(pid, 'SIGKILL');
    assert.deepEqual(await run, ['0 configure failed']);
    const reason = within(await fleet.record(agent(0)), 'attempts') as readonly unknown[];
    assert.equal(within(reason.at(-1), 'reason'), 'ToolStuck');
    assert.deepEqual(await said(), ['0 configure done']);
    assert.deepEqual(await said(), []);
  });

  test('a run that is killed ends with its play, and the next one takes over', async () => {
    const who = agent(0);
    await forgetRoles(0);
    const run = fleet.start(['reconcile']);
    await until('it plays', () => playing(who).length > 0);
    run.kill('SIGKILL');
    assert.equal((await run.ended).code, 'SIGKILL');
    await until('its play has ended', () => playing(who).length === 0);
    assert.deepEqual(await said(), [], 'its lease holds');
    await fleet.control('clock', { advanceSeconds: 91 * 60 });
    // First what the run left open is closed, if it opened port 22.
    const first = await said();
    const both = first[0] === '0 repair done' ? await said() : first;
    assert.deepEqual(both, ['0 configure done']);
    await until('port 22 is closed', async () => !(await answers(fleet.addressOf(who))));
    assert.deepEqual(await said(), []);
  });

  test('an agent that ends again and again is reported with the end of its log', async () => {
    const who = agent(1);
    await replaceProgram(who, "/bin/sh -c 'echo it cannot start >&2; exit 3'");
    await forgetRoles(1);
    const [failed] = await fleet.reconcile();
    assert.deepEqual([failed?.said, failed?.reason], ['configure failed', 'UnitFailed']);
    assert.match(failed?.message ?? '', /it cannot start/);
    await replaceProgram(who, null);
    assert.deepEqual(await said(), ['1 configure done']);
    assert.equal(await runs(who), true);
  });

  test('one that eats all memory ends, and sshd and the tailnet do not', async () => {
    const who = agent(1);
    const others = 'systemctl show ssh tailscaled --property=MainPID,ActiveState';
    const before = await fleet.inside(who, others);
    await replaceProgram(
      who,
      "/usr/bin/node -e 'const all=[];for(;;)all.push(Buffer.alloc(1e7,1))'",
    );
    const result = 'systemctl show openclaw --property=Result --value';
    await until('it ran out of memory', async () =>
      /oom-kill|signal/.test(await fleet.inside(who, result)),
    );
    assert.equal(await fleet.inside(who, others), before);
    assert.equal(await isOnline(who), true);
    await replaceProgram(who, null);
    await untilRuns(who);
  });

  test('one that is canceled while it is created leaves nothing', async () => {
    const before = await fleet.left();
    const subscription = await fleet.buy();
    await fleet.verb('resync');
    const run = fleet.reconcile();
    const files = await fleet.operator.git('ls-tree', '-r', '--name-only', 'origin/main', 'agents');
    const who =
      files.match(/agt-[a-z0-9]{12}/g)?.find((id) => !agents.includes(id)) ?? assert.fail(files);
    await until('its server runs', () => fleet.isOn(who));
    await until('it plays', () => playing(who).length > 0);
    await fleet.control('cancel', { subscription });
    await fleet.verb('resync');
    assert.deepEqual(
      (await run).map((one) => one.said),
      ['create superseded'],
    );
    assert.deepEqual(
      (await fleet.reconcile()).map((one) => one.said),
      ['power done'],
    );
    await fleet.control('clock', { advanceSeconds: 2 * 3600 });
    assert.deepEqual(
      (await fleet.reconcile()).map((one) => one.said),
      ['retire done'],
    );
    assert.deepEqual(await fleet.left(), before);
  });

  test('no secret is in git, state, what is printed, process lists or user data', async () => {
    const given = ['sk_live_', '0123456789abcdefghij'].join('');
    const processes = watching();
    const refused = await fleet.start(['config', agent(0), `displayName=${given}`]).ended;
    assert.equal(refused.code, 64, refused.stdout + refused.stderr);
    const secrets = new Map(await secretsOf(fleet, agents)).set('a setting', given);
    const places = {
      git: await gitOf(fleet),
      state: await bucketOf(fleet),
      printed: fleet.printed.join('\n'),
      processes: processes.replaceAll(fleet.cloud.addresses.git, 'the address of the test'),
      userData: userDataOf(fleet),
    };
    for (const [name, text] of Object.entries(places))
      assert.deepEqual(foundIn(text, secrets), [], name);
    // All of it was looked at, and a secret would be found.
    const [server, seeded] = [String(fleet.serverOf(agent(0))), tellingLine(places.userData)];
    assert.ok(places.git.includes(server) && places.state.includes(server));
    assert.match(places.processes, /ansible-playbook.*openclaw/s);
    assert.match(places.printed, /the roles were played/);
    assert.ok(foundIn(JSON.stringify(fleet.env), secrets).length > 8);
    // The seeded host key is void: no host shows it any more.
    const { hostKey, nextHostKey } = (await fleet.record(agent(0))) as Record<string, string>;
    assert.ok(!places.userData.includes(hostKey ?? '') && nextHostKey === undefined);
    const { userData: _, ...others } = places;
    for (const [name, text] of Object.entries(others)) assert.ok(!text.includes(seeded), name);
  });
});
