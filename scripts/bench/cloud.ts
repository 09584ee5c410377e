/**
 * Measures the cost of a page of the local cloud with a large fleet: 50 servers by label selector,
 * the cloud in a process of its own. Start-up and filling are not measured.
 *
 *   npm run -s bench -- cloud --servers 100000 --pages 1000 --json
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { CloudReady, CloudSpent } from './cloud-world.ts';

type Figures = {
  readonly servers: number;
  readonly pageCpuMs: number;
  readonly rssMb: number;
  readonly requestsPerSecond: number;
};

const perPage = 50;
/** Warm-up pages, which are not counted. */
const warmPages = 100;
const atOnce = 4;
const bucketPages = 3000;
/** Without a limit V8 lets garbage grow to twice the size of the world. */
const execArgv = ['--max-old-space-size=512', '--max-semi-space-size=8'];

export async function benchCloud(args: readonly string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      servers: { type: 'string', default: '100000' },
      pages: { type: 'string', default: '1000' },
    },
  });
  const servers = Number(values.servers);
  // The project's bucket holds an hour's requests; more would measure the rate limit.
  const pages = Math.min(Number(values.pages), bucketPages);
  const child = fork(join(import.meta.dirname, 'cloud-world.ts'), [String(servers)], { execArgv });
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  try {
    const ready = await answerOf<CloudReady>(child);
    process.stderr.write(`bench cloud: ${servers} servers stand\n`);
    const read = (from: number, count: number) => readPages(ready, agent, { from, count, servers });
    await read(0, warmPages);
    const before = await spentBy(child);
    const startedMs = performance.now();
    await read(warmPages, pages);
    const wallMs = performance.now() - startedMs;
    const after = await spentBy(child);
    return {
      servers,
      pageCpuMs: rounded((after.cpuMs - before.cpuMs) / pages),
      rssMb: Math.round(after.rssMb),
      requestsPerSecond: Math.round((pages * 1000) / wallMs),
    };
  } finally {
    agent.destroy();
    await stopped(child);
  }
}

/** Several at a time, over the whole fleet in order. */
async function readPages(
  ready: CloudReady,
  agent: Agent,
  { from, count, servers }: { from: number; count: number; servers: number },
): Promise<void> {
  const pagesThere = Math.max(1, Math.ceil(servers / perPage));
  let next = from;
  const reader = async () => {
    while (next < from + count) {
      const page = ((next * 37) % pagesThere) + 1;
      next += 1;
      await readPage(ready, agent, page);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
}

function readPage({ endpoint, token }: CloudReady, agent: Agent, page: number): Promise<void> {
  const query = new URLSearchParams({
    label_selector: 'aura.dev/fleet=aura',
    page: String(page),
    per_page: String(perPage),
  });
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(`${endpoint}/servers?${query}`, { agent, headers }, (answer) => {
      answer.resume();
      answer.on('error', reject);
      answer.on('end', () =>
        answer.statusCode === 200
          ? resolve()
          : reject(new Error(`page ${page} was answered with ${answer.statusCode}`)),
      );
    }).on('error', reject);
  });
}

function spentBy(child: ChildProcess): Promise<CloudSpent> {
  child.send('spent');
  return answerOf<CloudSpent>(child);
}

async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('the cloud ended before it answered');
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [Answer];
  return message;
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
