/** Programs that do not end: asked to end, then killed with all their children. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Child, runChild } from '../../reconciler/adapters/child-process.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
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

  it('that cannot be started is missing', () =>
    assert.rejects(runChild({ ...programOf(''), command: '/nowhere/terraform' }), (thrown) =>
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

  it('leaves no listener behind', async () => {
    const count = () => process.listenerCount('SIGTERM') + process.listenerCount('exit');
    const before = count();
    await Promise.all([0, 1, 2].map(() => runChild({ ...programOf(''), endsWithUs: true })));
    assert.equal(count(), before);
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
