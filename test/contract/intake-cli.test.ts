/** The real Stripe CLI's `listen` drives intake: an event that it forwards becomes a commit. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { createLog } from '../../reconciler/app/log.ts';
import { openPorts } from '../../reconciler/app/main.ts';
import { createService } from '../../reconciler/app/serve/server.ts';
import { agentIdOf, agentPath } from '../../reconciler/core/agent/agent.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { clientTool } from '../support/clients.ts';
import { until as waitUntil } from '../support/until.ts';

const cli = clientTool('stripeCli');
const patienceMs = 60_000;

describe('the Stripe CLI in front of intake', { skip: 'skip' in cli && cli.skip }, () => {
  const closers: (() => Promise<unknown>)[] = [];
  let cloud: LocalCloud;
  let listening: ChildProcess;
  let said = '';
  /** counts what may have changed the answer, and wakes the waiting */
  const news = { count: 0, wake: () => {} };
  const tell = () => {
    news.count += 1;
    news.wake();
  };

  before(async () => {
    cloud = await startCloud({ seed: 31, motoServer: findTool('motoServer'), sshCaKey });
    closers.push(cloud.close);
    cloud.world.repository.onChange(tell);
    const { env } = cloud.addresses;
    const log = createLog({ env: { AURA_LOG_LEVEL: 'silent' }, usual: 'warn' });
    const names = ['billing', 'state', 'files', 'journal', 'forge', 'clock'] as const;
    const needs = ['hooks', 'http', 'links', 'platform', 'reconcile'] as const;
    const { ports, config, close } = await openPorts(env, names, { log, needs });
    closers.push(close);
    const { app: server } = createService({ ports, planning: null, config, log });
    closers.push(() => server.close());
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const home = await mkdtemp(join(tmpdir(), 'aura-intake-cli-'));
    closers.push(() => rm(home, { recursive: true, force: true }));
    const to = ['--forward-to', `${url}/webhooks/stripe`, '--skip-update', '--all-snapshot'];
    listening = spawn(
      'path' in cli ? cli.path : '',
      ['listen', ...to, '--api-base', env['STRIPE_API_BASE'] ?? ''],
      {
        cwd: home,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: home,
          XDG_CONFIG_HOME: home,
          STRIPE_API_KEY: env['STRIPE_SECRET_KEY'] ?? '',
          STRIPE_CLI_TELEMETRY_OPTOUT: '1',
          DO_NOT_TRACK: '1',
        },
      },
    );
    for (const stream of [listening.stdout, listening.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        tell();
      });
    listening.once('exit', tell);
    await until(async () => said.includes('Ready!'));
  });
  after(async () => {
    const ended = new Promise((resolve) => listening?.once('exit', resolve));
    if (listening?.exitCode === null && listening.kill('SIGTERM')) await ended;
    for (const closer of closers.reverse()) await closer();
  });

  it('a payment becomes one file by one commit, and a cancellation a tombstone', async () => {
    const { stripe, repository } = cloud.world;
    const { subscription } = await stripe.checkout({ plan: 'starter', region: 'us-east' });
    const path = agentPath(agentIdOf(subscription));
    const text = async () => {
      const { code, stdout } = await repository.tryGit(['cat-file', 'blob', `main:${path}`]);
      return code === 0 ? stdout.toString() : '';
    };
    await until(async () => (await text()).includes('us-east'));
    await stripe.cancel({ subscription, atPeriodEnd: false });
    await until(async () => /^ {2}retired:/m.test(await text()));
    const log = await repository.git(['log', '--format=%s', 'main', '--', path]);
    assert.equal(log.trim().split('\n').length, 2, log);
  });

  /** The CLI is a program of its own: its time is wall time. */
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    const patience = AbortSignal.timeout(patienceMs);
    await waitUntil(said, async () => {
      const seen = news.count;
      if (await isSo()) return true;
      assert.ok(listening.exitCode === null && !patience.aborted, said);
      if (seen !== news.count) return false;
      await new Promise<void>((resolve) => {
        news.wake = resolve;
        patience.addEventListener('abort', () => resolve(), { once: true });
      });
      return false;
    });
  }
});
