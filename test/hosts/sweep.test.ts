import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import type { Machines } from '../../local-cloud/machines/machines.ts';
import { openMachines } from '../../local-cloud/machines/open.ts';
import { defaultSlots, leaseSlot } from '../../local-cloud/machines/slots.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import { until } from '../support/until.ts';
import { groupsOf, lastSlot, leftBy, withoutHosts } from './hosts-here.ts';

const dying = join(import.meta.dirname, 'dying.ts');

describe('what a process left that was killed', { skip: withoutHosts }, () => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });
  const reopened = async (): Promise<Machines> => {
    const machines = await openWhereFree();
    opened.push(machines);
    return machines;
  };

  test('is cleared by the next one: a machine, its disk, its network, its processes', async (t) => {
    const child = start({});
    await saidOn(child);
    // A process of the machine that does not end with it.
    const stray = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    t.after(() => stray.kill('SIGKILL'));
    for (const group of groupsOf(`${lastSlot.name}/1`))
      writeFileSync(join(group, 'cgroup.procs'), String(stray.pid));
    await killed(child);
    await until('its machine ended with it', () => {
      return processesIn(`${lastSlot.name}/1`).every((pid) => pid === stray.pid);
    });
    assert.deepEqual(processesIn(`${lastSlot.name}/1`), [stray.pid]);
    // It died while a disk was copied.
    for (const group of groupsOf(`freezer/${lastSlot.name}/1`))
      writeFileSync(join(group, 'freezer.state'), 'FROZEN');
    const left = leftBy(lastSlot);
    for (const kind of ['namespace', 'link', 'route', 'nft', '/sys/fs/cgroup', '/run/aura-hosts'])
      assert.ok(
        left.some((line) => line.startsWith(kind)),
        `${kind} is left: ${left}`,
      );
    const machines = await reopened();
    await until('the stray process ended', () => stray.signalCode !== null);
    assert.equal(stray.signalCode, 'SIGKILL');
    assert.deepEqual(machines.list(), []);
    assert.ok(!leftBy(lastSlot).some((line) => line.includes(`${lastSlot.name}-1`)));
    await machines.close();
    assert.deepEqual(leftBy(lastSlot), []);
  });

  for (const call of [1, 2, 4, 5, 7, 9, 11])
    test(`is cleared where it died in its call ${call} of ip or nft`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'aura-dying-'));
      const path = deadlyPrograms(folder, call);
      const child = start({ PATH: path });
      const end = await ended(child);
      assert.equal(end, 'SIGKILL', readFileSync(join(folder, 'calls'), 'utf8'));
      rmSync(folder, { recursive: true });
      await (await reopened()).close();
      assert.deepEqual(leftBy(lastSlot), []);
    });

  test('is left alone while the process lives: others take another slot', async () => {
    const [one, two] = await Promise.all([openMachines(), openMachines()]);
    opened.push(one, two);
    assert.notEqual(one.slot.name, two.slot.name);
    await assert.rejects(openMachines({ slots: [one.slot, two.slot] }), { reason: 'Conflict' });
    await one.close();
    assert.deepEqual(leftBy(one.slot), []);
    assert.ok(leftBy(two.slot).length > 4);
    assert.equal(readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim(), '1');
  });

  test('a computer that forwards nothing does so for the machines alone, and then no more', () => {
    const script = join(import.meta.dirname, 'forwarding.ts');
    const { stdout } = spawnSync('unshare', ['--net', process.execPath, script], {
      encoding: 'utf8',
    });
    const { before, during, after } = JSON.parse(stdout);
    assert.deepEqual(before, { forwards: '0', rules: ['-P FORWARD DROP'] });
    const up = `${lastSlot.name}-up`;
    assert.deepEqual(during, {
      forwards: '1',
      rules: ['-P FORWARD DROP', `-A FORWARD -o ${up} -j ACCEPT`, `-A FORWARD -i ${up} -j ACCEPT`],
    });
    assert.deepEqual(after, before);
  });

  test('a slot whose addresses are routed elsewhere is not taken', async () => {
    const lease = await leaseSlot(lastSlot);
    await lease?.release();
    assert.ok(lease !== null && defaultSlots.includes(lease.slot));
    ip('link', 'add', 'aura-else', 'type', 'veth', 'peer', 'name', 'aura-other');
    try {
      ip('link', 'set', 'aura-else', 'up');
      ip('route', 'add', lastSlot.range, 'dev', 'aura-else');
      await assert.rejects(openMachines({ slots: [lastSlot] }), { reason: 'Conflict' });
    } finally {
      ip('link', 'del', 'aura-else');
    }
  });
});

/** The kernel ends the lease of a killed process a moment later. */
async function openWhereFree(): Promise<Machines> {
  let machines: Machines | undefined;
  await until('the slot is free', async () => {
    try {
      machines = await openMachines({ slots: [lastSlot] });
      return true;
    } catch (thrown) {
      if (isFailure(thrown, 'Conflict')) return false;
      throw thrown;
    }
  });
  return machines ?? assert.fail('no machines');
}

function start(env: Readonly<Record<string, string>>): ChildProcess {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return spawn(process.execPath, [dying], { env: { ...process.env, ...env }, stdio: [...stdio] });
}

/** Of the groups of that name and those below. */
function processesIn(name: string): readonly number[] {
  const files = groupsOf(name).flatMap((group) => globSync(`${group}/**/cgroup.procs`));
  const pids = files.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean));
  return [...new Set(pids.map(Number))].sort((a, b) => a - b);
}

function saidOn(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
}

function ended(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
}

async function killed(child: ChildProcess): Promise<void> {
  const end = ended(child);
  child.kill('SIGKILL');
  assert.equal(await end, 'SIGKILL');
}

/** `ip` and `nft` that kill who calls them for the n-th time, in place of what was asked. */
function deadlyPrograms(folder: string, deadlyCall: number): string {
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  for (const program of ['ip', 'nft']) {
    const real = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
    const script = [
      '#!/bin/sh',
      `echo "${program} $*" >> ${calls}`,
      `if [ "$(wc -l < ${calls})" = ${deadlyCall} ]; then kill -9 $PPID; exit 1; fi`,
      `exec ${real.stdout.trim()} "$@"`,
      '',
    ];
    writeFileSync(join(folder, program), script.join('\n'));
    chmodSync(join(folder, program), 0o755);
  }
  return `${folder}${delimiter}${process.env['PATH']}`;
}

function ip(...args: readonly string[]): void {
  assert.equal(spawnSync('ip', [...args]).status, 0, args.join(' '));
}
