import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, before, describe, test } from 'node:test';
import type { Rule } from '../../local-cloud/hetzner/records.ts';
import type { Guard } from '../../local-cloud/machines/firewall.ts';
import type { HaltedBy, Machines } from '../../local-cloud/machines/machines.ts';
import { openMachines } from '../../local-cloud/machines/open.ts';
import { addressIn, contains } from '../../local-cloud/machines/ranges.ts';
import { until } from '../support/until.ts';
import { leftBy, required, withoutHosts } from './hosts-here.ts';
import { answers, openShell, type Shell } from './shell.ts';

const gigabyte = 1024 ** 3;
const [first, second] = [101, 102];
/** Its unit writes a file when it is stopped in order. */
const goodbye = [
  'write_files:',
  '  - path: /etc/systemd/system/goodbye.service',
  '    content: |',
  '      [Service]',
  '      Type=oneshot',
  '      RemainAfterExit=yes',
  '      ExecStart=/bin/true',
  '      ExecStop=/bin/touch /root/goodbye',
  '      [Install]',
  '      WantedBy=multi-user.target',
  'runcmd:',
  '  - [systemctl, enable, --now, goodbye]',
];

describe('machines', { skip: withoutHosts, concurrency: false }, () => {
  let machines: Machines;
  let shell: Shell;
  const guards = new Map<number, Guard>();
  const halts: (readonly [number, HaltedBy])[] = [];
  const at = (machine: number) => addressIn(machines.slot.range, machine - 100) ?? '';
  const run = (machine: number, command: string) => shell.run(at(machine), command);
  const shown = (id: number) => machines.list().find((one) => one.id === id);
  const spec = (machine: number, snapshot: number | null = null) => ({
    machine,
    hostname: `tested-${machine}`,
    snapshot,
    userData: shell.userData(...goodbye),
    publicKeys: [shell.publicKey],
  });
  const powerOn = async (id: number) => {
    const guard = () => guards.get(id) ?? null;
    await machines.powerOn(id, { address: at(id), memoryBytes: 2 * gigabyte, guard });
    await shell.untilBooted(at(id));
  };
  /** Whether one machine reaches port 22 of another. */
  const reaches = (from: number, to: number) =>
    run(from, `timeout 2 bash -c '</dev/tcp/${at(to)}/22' && echo yes || echo no`);

  before(async () => {
    machines = await openMachines({ install: required });
    machines.haltListeners.push((id, how) => halts.push([id, how]));
    shell = openShell();
    await machines.create(spec(first));
    await machines.create(spec(second));
    await Promise.all([powerOn(first), powerOn(second)]);
  });
  after(async () => {
    await machines?.close();
    shell?.close();
  });

  test('are what their user data says, each with its address and the gateway of a cloud', async () => {
    const status = await run(first, 'cloud-init status; hostname; whoami; ip route show default');
    const lines = ['status: done', 'tested-101', 'root', 'default via 172.31.1.1 dev eth0 '];
    assert.deepEqual(
      status.split('\n'),
      lines.map((line) => line.trimEnd()),
    );
    assert.match(await run(first, 'ip -4 -br addr show eth0'), new RegExp(`${at(first)}/32`));
    assert.equal(await run(first, 'systemctl is-system-running --wait'), 'running');
    assert.ok((shown(first)?.memory ?? 0) > 1e6);
  });

  test('are kept apart: processes, control groups, and the files of this computer', async () => {
    assert.equal(await run(first, 'cat /proc/1/comm'), 'systemd');
    assert.match(await run(first, 'cat /proc/1/cgroup'), /^(.*:\/init\.scope|.*:\/)$/m);
    assert.doesNotMatch(await run(first, 'ls /sys/fs/cgroup/*'), new RegExp(machines.slot.name));
    assert.equal(await run(first, `test -e ${import.meta.dirname} || echo none`), 'none');
  });

  test('read their metadata and their user data where a cloud has it, and no others', async () => {
    const read = (path: string) => run(first, `curl -s 169.254.169.254/hetzner/v1/${path}`);
    assert.equal(await read('metadata/instance-id'), String(first));
    assert.match(await read('metadata'), /^hostname: tested-101$/m);
    assert.equal(await read('userdata'), spec(first).userData.trim());
    assert.equal(await read('metadata/else'), 'not found');
  });

  test('limit the memory of their units, as systemd does on a server', async () => {
    const eater = 'systemd-run --wait -p MemoryMax=50M python3 -c "bytearray(200 << 20)"';
    await assert.rejects(run(first, eater), /code=killed, ?status=9|code=killed\/status=KILL/);
    assert.match(await run(first, eater.replace('50M', '500M').concat(' 2>&1')), /success/);
    await run(first, 'systemctl reset-failed');
  });

  test('reach this computer at its end of the uplink, and nowhere else', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const open = (host: string) =>
      run(first, `timeout 2 bash -c '</dev/tcp/${host}/${port}' && echo yes || echo no`);
    const others = Object.values(networkInterfaces())
      .flatMap((one) => one ?? [])
      .filter(({ family, internal, address: own }) => {
        return family === 'IPv4' && !internal && !contains(machines.slot.uplink, own);
      });
    try {
      assert.equal(await open(addressIn(machines.slot.uplink, 1) ?? ''), 'yes');
      for (const { address: other } of others.slice(0, 2)) assert.equal(await open(other), 'no');
    } finally {
      server.close();
    }
  });

  test('reach each other where no firewall applies; else what a rule allows, at once', async () => {
    assert.equal(await reaches(second, first), 'yes');
    guards.set(first, []);
    await machines.refreshGuards();
    assert.equal(await reaches(second, first), 'no');
    assert.equal(await answers(at(first)), false);
    assert.equal(await reaches(second, second), 'yes');
    const host = addressIn(machines.slot.uplink, 1) ?? '';
    guards.set(first, [inwards('22', [`${host}/32`, '2001:db8::/32'])]);
    await machines.refreshGuards();
    assert.equal(await answers(at(first)), true);
    assert.equal(await reaches(second, first), 'no');
    assert.equal(await reaches(first, second), 'yes');
    guards.set(second, [inwards('any', ['0.0.0.0/0']), outwards('443')]);
    await machines.refreshGuards();
    assert.equal(await answers(at(second)), true);
    assert.equal(await reaches(second, first), 'no');
    guards.clear();
    await machines.refreshGuards();
    assert.equal(await reaches(second, first), 'yes');
  });

  test('send no packets under another address', async () => {
    const other = addressIn(machines.slot.range, 50);
    await run(second, `ip addr add ${other}/32 dev eth0`);
    const ping = `ping -c 1 -W 1 -I ${other} ${at(first)} >/dev/null && echo yes || echo no`;
    const before = echoesIn(await run(first, 'cat /proc/net/snmp'));
    assert.equal(await run(second, ping), 'no');
    assert.equal(echoesIn(await run(first, 'cat /proc/net/snmp')), before);
    assert.equal(await run(second, ping.replace(`-I ${other} `, '')), 'yes');
    assert.equal(echoesIn(await run(first, 'cat /proc/net/snmp')), before + 1);
  });

  test('keep their disk without power, and shut down in order where they are asked to', async () => {
    await run(first, 'echo kept > /root/kept; sync');
    await machines.powerOff(first);
    assert.equal(await answers(at(first)), false);
    await powerOn(first);
    assert.equal(await run(first, 'ls /root'), 'kept');
    await machines.shutDown(first);
    await powerOn(first);
    assert.equal(await run(first, 'ls /root; rm /root/goodbye'), 'goodbye\nkept');
    await machines.reboot(first);
    await shell.untilBooted(at(first));
    assert.equal(await run(first, 'ls /root; cat /root/kept'), 'goodbye\nkept\nkept');
    assert.deepEqual(halts, []);
  });

  test('come back from a reboot of their own, and stay off after a shutdown of their own', async () => {
    const boots = shown(second)?.boots ?? 0;
    await run(second, 'systemctl reboot').catch(() => {});
    await until('it boots again', () => shown(second)?.boots === boots + 1);
    await shell.untilBooted(at(second));
    await run(second, 'systemctl poweroff').catch(() => {});
    await until('it is off', () => halts.length > 0);
    assert.deepEqual(halts, [[second, 'halted']]);
    assert.equal(shown(second)?.isOn, false);
    assert.equal(readFileSync(shown(second)?.console ?? '', 'utf8'), '');
  });

  test('start from a snapshot of another one, as themselves; a rebuild starts from nothing', async () => {
    await machines.snapshot(first, 9);
    await run(first, 'echo later > /root/later');
    await machines.rebuild(spec(second, 9));
    await machines.removeSnapshot(9);
    await powerOn(second);
    assert.equal(await run(second, 'hostname; ls /root'), 'tested-102\ngoodbye\nkept');
    assert.notEqual(await run(second, 'cat /etc/machine-id'), '');
    await machines.rebuild(spec(second));
    await powerOn(second);
    assert.equal(await run(second, 'ls /root'), '');
    await assert.rejects(machines.rebuild(spec(second, 9)), { reason: 'NotFound' });
  });

  test('leave nothing once destroyed, and their computer nothing once closed', async () => {
    const { slot } = machines;
    const ofFirst = () => leftBy(slot).filter((line) => line.includes(String(first)));
    assert.ok(ofFirst().length > 2);
    await machines.destroy(first);
    assert.deepEqual(ofFirst(), []);
    await assert.rejects(machines.powerOff(first), { reason: 'NotFound' });
    assert.ok(leftBy(slot).length > 5);
    await machines.close();
    assert.deepEqual(leftBy(slot), []);
    await assert.rejects(machines.create(spec(first)), { reason: 'Stopped' });
  });
});

function inwards(port: string, sources: string[]): Rule {
  const rule = { protocol: 'tcp', port, destination_ips: [], description: null };
  return { ...rule, direction: 'in', source_ips: sources };
}

function outwards(port: string): Rule {
  const rule = { protocol: 'tcp', port, source_ips: [], description: null };
  return { ...rule, direction: 'out', destination_ips: ['0.0.0.0/0'] };
}

/** How many pings reached the machine, by its kernel's counters. */
function echoesIn(snmp: string): number {
  const [names = [], values = []] = snmp
    .split('\n')
    .filter((line) => line.startsWith('Icmp:'))
    .map((line) => line.split(' '));
  return Number(values[names.indexOf('InEchos')]);
}
