/** A git server or a git program that does not end: each exchange and each process has a limit. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { usualLimits } from '../../../reconciler/adapters/git/access.ts';
import { createBranches } from '../../../reconciler/adapters/git/branches.ts';
import type { Mirror } from '../../../reconciler/adapters/git/mirror.ts';
import { openObjects } from '../../../reconciler/adapters/git/objects.ts';
import { createGit } from '../../../reconciler/adapters/git/program.ts';
import { createRemote } from '../../../reconciler/adapters/git/remote.ts';
import { isFailure } from '../../../reconciler/core/failure.ts';
import type { Snapshot } from '../../../reconciler/ports/desired-state.ts';
import { until } from '../../support/until.ts';
import { createVisitors } from '../../support/visitors.ts';

const short = { ...usualLimits, exchangeMs: 100, fetchSomeMs: 300, graceMs: 10 };
const is = (reason: Parameters<typeof isFailure>[1]) => (thrown: unknown) =>
  isFailure(thrown, reason) && thrown.errorClass === 'transient';

describe('a git server that sends a byte now and then', () => {
  let server: Server;
  let url = '';
  let open = 0;
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-slow-'));
    server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
      const drip = setInterval(() => response.write('0'), 5);
      response.once('close', () => clearInterval(drip));
    });
    server.on('connection', (socket) => {
      open += 1;
      socket.once('close', () => {
        open -= 1;
        server.emit('left');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.git`;
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const allLeft = () => until('all have left', () => open === 0);

  it('is unreachable past the limit of an exchange', async () => {
    await assert.rejects(
      createRemote({ url, login: null, limits: short }).branches(''),
      is('NetworkUnreachable'),
    );
    await allLeft();
  });

  it('is unreachable past the limit of a fetch, whose helper ends with it', async () => {
    const git = createGit(join(folder, 'a.git'), { url, login: null, limits: short });
    await git.run(['init', '--quiet', '--bare', git.gitDir]);
    const fetched = git.fetch([], ['+refs/heads/main:refs/aura/main'], 'some');
    await assert.rejects(fetched, is('NetworkUnreachable'));
    await allLeft();
  });
});

describe('a git program that hangs', () => {
  it('is ended without an answer, and another is started for the next', async () => {
    const visitors = await createVisitors();
    const folder = await mkdtemp(join(tmpdir(), 'aura-stuck-'));
    const script = `#!${process.execPath}
      process.on('SIGTERM', () => {});
      require('node:net').connect(${visitors.port}, '127.0.0.1').write('here\\n');
    `;
    await writeFile(join(folder, 'git'), script);
    await chmod(join(folder, 'git'), 0o755);
    const limits = { ...short, localMs: 400, readMs: 400 };
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    const git = createGit(folder, { url: 'http://127.0.0.1:1/a.git', login: null, limits });
    process.env['PATH'] = path;
    await assert.rejects(git.run(['repack']), is('ToolStuck'));
    // A missing answer is no "no": a branch would be taken for rewritten.
    await assert.rejects(git.succeeds(['merge-base', 'a', 'b']), is('ToolStuck'));
    const objects = openObjects(git, limits.readMs);
    const reads = [objects.read('one'), objects.read('two')];
    for (const { status } of await Promise.allSettled(reads)) assert.equal(status, 'rejected');
    await assert.rejects(objects.read('three'), is('ToolStuck'));
    for (let calls = 0; calls < 4; calls += 1) await (await visitors.next()).gone();
    objects.close();
    await visitors.close();
    await rm(folder, { recursive: true, force: true });
  });
});

it('a branch whose fetch does not end delays no other', async () => {
  const tips = new Map(['main', 'stop', 'status'].map((name) => [name, 'a'.repeat(40)]));
  const stuck = Promise.withResolvers<string>();
  const mirror: Pick<Mirror, 'seen' | 'note' | 'follow' | 'snapshot'> = {
    seen: async () => null,
    note: async () => {},
    follow: async (branch, tip) => (branch === 'stop' ? stuck.promise : tip),
    snapshot: (commit) => ({ commit }) as Snapshot,
  };
  const branches = createBranches({
    remote: { branches: async () => tips },
    mirrors: { of: async () => mirror as Mirror, close: async () => {} },
    clock: { now: () => 0, wait: async () => {} },
  });
  const stop = branches.fetch('stop');
  for (const name of ['main', 'status']) assert.notEqual(await branches.fetch(name), null);
  stuck.resolve('b'.repeat(40));
  assert.equal((await stop)?.commit, 'b'.repeat(40));
});
