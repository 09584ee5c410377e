/** A real `aura serve`, as its own process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { secretKey, tokenSecret, type WorldAddresses, webhookSecret } from './intake-messages.ts';
import { type Usage, usageOf } from './process-tree.ts';

export type ServeProcess = {
  readonly url: string;
  readonly pid: number;
  usage(): Usage;
  close(): Promise<void>;
};

const program = join(import.meta.dirname, '../../reconciler/app/cli/aura.ts');
/** As `npm run -s aura -- serve` sets it, so that short-lived objects are collected early. */
const serveNodeArgs = ['--heap-growing-percent=50'];
const logTailMax = 2000;
export const platformToken = 'x'.repeat(40);

/** Passes `AURA_BENCH_NODE_ARGS` to its Node, for instance `--cpu-prof`. */
export async function startServe(
  { gitUrl, stripeUrl }: WorldAddresses,
  more: Readonly<Record<string, string>> = {},
): Promise<ServeProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'aura-bench-serve-'));
  const logFile = join(folder, 'log');
  const givenArgs =
    process.env['AURA_BENCH_NODE_ARGS']?.split(' ').filter((arg) => arg !== '') ?? [];
  const nodeArgs = [...serveNodeArgs, ...givenArgs];
  const child = spawn(process.execPath, [...nodeArgs, program, 'serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', openSync(logFile, 'w')],
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_API_BASE: stripeUrl,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      AURA_REPOSITORY_URL: gitUrl,
      GITHUB_REPOSITORY: 'aura/agents',
      GITHUB_TOKEN: 'any',
      AURA_PUBLIC_URL: 'http://127.0.0.1',
      AURA_TOKEN_SECRET: tokenSecret,
      // Each customer has an address of its own, as behind a proxy.
      AURA_TRUSTED_PROXIES: '127.0.0.1',
      AURA_PLATFORM_TOKENS: `bench:commands+read+metrics:${platformToken}`,
      ...more,
    },
  });
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    const failed = () => {
      reject(new Error(`aura serve ended: ${readFileSync(logFile, 'utf8').slice(-logTailMax)}`));
    };
    child.once('exit', failed);
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /http:\/\/[\w.:[\]]+/.exec(said);
      if (found === null) return;
      child.off('exit', failed);
      resolve(found[0]);
    });
  });
  const pid = child.pid ?? 0;
  return {
    url,
    pid,
    usage: () => usageOf(pid),
    async close() {
      if (child.exitCode === null) child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
