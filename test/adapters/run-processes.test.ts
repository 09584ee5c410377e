/** Programs that outlive their killed parent count as processes of its run, until they are gone. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createRunProcesses } from '../../reconciler/adapters/run-processes.ts';
import type { RunRef } from '../../reconciler/core/fleet/run.ts';
import { until } from '../support/until.ts';
import { createVisitors, type Visitors } from '../support/visitors.ts';

const onLinux = process.platform === 'linux';
const withoutProc = 'hosts: descriptors are listed on Linux alone';

const run: RunRef = { id: '4711', attempt: 1 };

describe('the processes of a run', () => {
  let visitors: Visitors;
  let folder: string;
  before(async () => {
    visitors = await createVisitors();
    folder = await mkdtemp(join(tmpdir(), 'aura-test-runs-'));
  });
  after(async () => {
    await visitors.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A process of the run, which starts a program that ignores that it is asked to end. */
  function started({ id, attempt }: RunRef, graceMs: number): ChildProcess {
    const deaf = `
      const socket = require('node:net').connect(${visitors.port}, '127.0.0.1');
      process.on('SIGINT', () => socket.write('SIGINT\\n'));
      socket.write('here\\n');`;
    const at = (path: string) => JSON.stringify(import.meta.resolve(path));
    const child = { command: process.execPath, args: ['-e', deaf], env: {}, limitMs: 600_000 };
    const script = `
      import { runChild } from ${at('../../reconciler/adapters/child-process.ts')};
      import { createRunProcesses } from ${at('../../reconciler/adapters/run-processes.ts')};
      await createRunProcesses(${JSON.stringify(folder)}).enter(${JSON.stringify({ id, attempt })});
      await runChild({ ...${JSON.stringify(child)}, graceMs: ${graceMs}, asks: 'SIGINT', endsWithUs: true });`;
    const args = ['--input-type=module', '-e', script];
    return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  test('are none of a run that was never here', async () => {
    const processes = createRunProcesses(folder);
    assert.equal(await processes.remain({ id: 'elsewhere', attempt: 1 }), false);
  });

  test('remain while a program refuses to die, and not a moment after it was killed', async () => {
    const processes = createRunProcesses(folder);
    const parent = started(run, 2000);
    const program = await visitors.next();
    await program.line();
    assert.equal(await processes.remain(run), true);
    parent.kill('SIGKILL');
    assert.equal(await program.line(), 'SIGINT');
    assert.equal(await processes.remain(run), true, 'its parent is gone, but it is not');
    assert.equal(await processes.remain({ ...run, attempt: 2 }), false);
    await program.gone();
    await until('its watcher is gone too', async () => !(await processes.remain(run)));
  });

  test('remain while one of several is left, as of the jobs of one run', async () => {
    const processes = createRunProcesses(folder);
    const first = started(run, 1000);
    const one = await visitors.next();
    await one.line();
    const second = started(run, 1000);
    const other = await visitors.next();
    await other.line();
    first.kill('SIGKILL');
    await one.gone();
    assert.equal(await processes.remain(run), true, 'the second is left');
    second.kill('SIGKILL');
    await other.gone();
    await until('both are gone', async () => !(await processes.remain(run)));
  });

  test('remain where their pipe was removed', { skip: !onLinux && withoutProc }, async () => {
    const processes = createRunProcesses(folder);
    const removed = { id: 'removed', attempt: 1 };
    const parent = started(removed, 1000);
    const program = await visitors.next();
    await program.line();
    await rm(join(folder, 'removed_1'));
    assert.equal(await processes.remain(removed), true);
    parent.kill('SIGKILL');
    await program.gone();
    await until('they are gone', async () => !(await processes.remain(removed)));
  });

  test('of runs long ago leave nothing behind', async () => {
    const processes = createRunProcesses(folder);
    const old: RunRef = { id: 'local-laptop/1', attempt: 1 };
    const parent = started(old, 1000);
    const program = await visitors.next();
    await program.line();
    parent.kill('SIGKILL');
    await program.gone();
    await until('it is gone', async () => !(await processes.remain(old)));
    const past = new Date(Date.now() - 15 * 24 * 3_600_000);
    await utimes(join(folder, 'local-laptop_1_1'), past, past);
    const next = started({ id: 'next', attempt: 1 }, 1000);
    const other = await visitors.next();
    await other.line();
    await assert.rejects(utimes(join(folder, 'local-laptop_1_1'), past, past), /ENOENT/);
    next.kill('SIGKILL');
    await other.gone();
  });
});
