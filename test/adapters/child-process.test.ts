/** Programs that do not end: asked to end, then killed with all their children. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { type Child, runChild } from '../../reconciler/adapters/child-process.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import { until } from '../support/until.ts';
import { createVisitors, type Visitors } from '../support/visitors.ts';

const minute = 60_000;

describe('a program', () => {
  let visitors: Visitors;
  before(async () => {
    visitors = await createVisitors();
  });
  after(() => visitors.close());

  /** Connects, reports its signals, and continues; so does a second one that it starts. */
  function deaf(more = ''): Child {
    const calls = `
      const socket = require('node:net').connect(${visitors.port}, '127.0.0.1');
      process.on('SIGINT', () => socket.write('SIGINT\\n'));
      socket.write(process.pid + '\\n');
      ${more}`;
    return programOf(calls);
  }

  function programOf(script: string): Child {
    return {
      command: process.execPath,
      args: ['-e', script],
      env: { PATH: process.env['PATH'] ?? '' },
      limitMs: 20 * minute,
      graceMs: 2 * minute,
      asks: 'SIGINT',
    };
  }

  it('that ends has a code and its outputs, of which the last part is kept where there is much', async () => {
    const end = await runChild({
      ...programOf("process.stdout.write('a'.repeat(9000) + 'end'); process.stderr.write('why');"),
      outputMax: 5,
    });
    const { code, overdue } = end;
    assert.deepEqual([code, overdue, end.stderr.toString()], [0, false, 'why']);
    assert.equal(end.stdout.toString(), 'aaend');
    assert.equal((await runChild(programOf('process.exit(7)'))).code, 7);
  });

  it('reads its input, or ignores it', async () => {
    const echo = programOf('process.stdin.pipe(process.stdout)');
    assert.equal((await runChild({ ...echo, input: 'said' })).stdout.toString(), 'said');
    const large = Buffer.alloc(5_000_000);
    assert.equal((await runChild({ ...programOf(''), input: large })).code, 0);
  });

  for (const endsWithUs of [false, true])
    for (const command of ['/nowhere/terraform', 'no-such-program', import.meta.filename])
      it(`that cannot be started is missing: ${command}, ${endsWithUs}`, () =>
        assert.rejects(runChild({ ...programOf(''), command, endsWithUs }), (thrown) =>
          isFailure(thrown, 'ToolMissing'),
        ));

  it('that does not end is asked to, then killed with its children', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const child = deaf();
    const second = JSON.stringify(child.args);
    const both = deaf(`require('node:child_process').spawn(process.execPath, ${second});`);
    const ended = runChild(both);
    const [one, other] = [await visitors.next(), await visitors.next()];
    await Promise.all([one.line(), other.line()]);
    t.mock.timers.tick(20 * minute - 1);
    t.mock.timers.tick(1);
    assert.deepEqual([await one.line(), await other.line()], ['SIGINT', 'SIGINT']);
    t.mock.timers.tick(2 * minute);
    await Promise.all([one.gone(), other.gone()]);
    const { code, overdue } = await ended;
    assert.deepEqual([code, overdue], [null, true]);
  });

  it('that ends once it is asked to has its code, and is overdue anyway', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const child = deaf("process.once('SIGINT', () => process.exit(1));");
    const ended = runChild(child);
    const visitor = await visitors.next();
    await visitor.line();
    t.mock.timers.tick(20 * minute);
    const { code, overdue } = await ended;
    assert.deepEqual([code, overdue], [1, true]);
  });

  it('whose output another holds open is not waited for past its end', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const holder = JSON.stringify(deaf().args);
    const options = "{ detached: true, stdio: ['ignore', 'inherit', 'inherit'] }";
    const ended = runChild(
      deaf(`require('node:child_process').spawn(process.execPath, ${holder}, ${options});`),
    );
    const [one, other] = [await visitors.next(), await visitors.next()];
    const pids = [Number(await one.line()), Number(await other.line())];
    t.mock.timers.tick(20 * minute);
    t.mock.timers.tick(2 * minute);
    await Promise.race([one.gone(), other.gone()]);
    t.mock.timers.tick(5000);
    assert.equal((await ended).overdue, true);
    // The one that has a group of its own is left: it is ours to end.
    for (const pid of pids) if (isThere(pid)) process.kill(pid, 'SIGKILL');
    await Promise.all([one.gone(), other.gone()]);
  });

  for (const [how, end] of [
    ['is killed', (parent: ChildProcess) => parent.kill('SIGKILL')],
    ['exits', (parent: ChildProcess) => parent.stdin?.end()],
  ] as const)
    it(`that ends with the process that started it is asked, then killed: it ${how}`, async () => {
      const second = JSON.stringify(deaf().args);
      const both = deaf(`require('node:child_process').spawn(process.execPath, ${second});`);
      const parent = startedElsewhere({ ...both, graceMs: 1000, endsWithUs: true });
      const [one, other] = [await visitors.next(), await visitors.next()];
      await Promise.all([one.line(), other.line()]);
      end(parent);
      assert.deepEqual([await one.line(), await other.line()], ['SIGINT', 'SIGINT']);
      await Promise.all([one.gone(), other.gone()]);
    });

  it('that ends once it is asked to leaves nothing of its group', async () => {
    const child = deaf("process.once('SIGINT', () => process.exit());");
    const parent = startedElsewhere({ ...child, endsWithUs: true });
    const visitor = await visitors.next();
    const pid = Number(await visitor.line());
    parent.kill('SIGKILL');
    await visitor.gone();
    await until('its group is gone', () => !isAlive(pid));
  });

  for (const [code, says] of [
    [1, 'Stopped'],
    [0, 'ended'],
  ] as const)
    it(`that was asked to end because we were says ${says} where it exits with ${code}`, async () => {
      const child = deaf(`process.once('SIGINT', () => process.exit(${code}));`);
      const parent = startedElsewhere({ ...child, endsWithUs: true });
      const visitor = await visitors.next();
      await visitor.line();
      const said = once(parent.stdout as Readable, 'data');
      parent.kill('SIGTERM');
      await visitor.gone();
      assert.equal(String((await said)[0]), says);
      parent.stdin?.end();
    });

  it('that ended by itself leaves nothing of its group', async () => {
    const child = { ...programOf('console.log(process.pid)'), endsWithUs: true };
    const pid = Number((await runChild(child)).stdout);
    assert.ok(pid > 0);
    await until('its group is gone', () => !isAlive(pid));
  });

  it('leaves no listener behind', async () => {
    const count = () => process.listenerCount('SIGTERM') + process.listenerCount('exit');
    const before = count();
    await Promise.all([0, 1, 2].map(() => runChild({ ...programOf(''), endsWithUs: true })));
    assert.equal(count(), before);
  });
});

/** Started by a process that exits when its input ends. */
function startedElsewhere(child: Child): ChildProcess {
  const module = JSON.stringify(import.meta.resolve('../../reconciler/adapters/child-process.ts'));
  const script = `
    import { runChild } from ${module};
    process.stdin.on('end', () => process.exit()).resume();
    // It ends at its own time, as the program does that handles the signal.
    process.on('SIGTERM', () => {});
    const end = await runChild(${JSON.stringify(child)}).catch((thrown) => thrown);
    process.stdout.write(end.reason ?? 'ended');`;
  const args = ['--input-type=module', '-e', script];
  return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Whether a process of the group runs. An ended one may wait for its parent to notice. */
function isAlive(group: number): boolean {
  const all = execFileSync('ps', ['-A', '-o', 'pgid=,stat='], { encoding: 'utf8' });
  return all.split('\n').some((line) => {
    const [one, state = 'Z'] = line.trim().split(/\s+/);
    return Number(one) === group && !state.startsWith('Z');
  });
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
