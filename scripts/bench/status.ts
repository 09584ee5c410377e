/**
 * Customers' status from a real `aura serve`, against a bare fastify route in the same run that
 * answers a constant of the same size. Both are loaded in turns over the same connections.
 *
 *   --agents N           agents that are asked for in turn; 10000 by default
 *   --connections N      100 by default
 *   --seconds N          of each turn; 5 by default
 *   --turns N            3 by default; the figures are medians
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type AgentId, agentIdOf } from '../../reconciler/core/agent/agent.ts';
import { createLink } from '../../reconciler/flows/status/token.ts';
import { tokenSecret } from './intake-messages.ts';
import { type Loaded, load } from './load.ts';
import { usageOf } from './process-tree.ts';
import { type ServeProcess, startServe } from './serve-process.ts';
import { startWorldProcess } from './world-process.ts';

type Closer = () => Promise<void> | void;

export async function benchStatus(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      agents: { type: 'string', default: '10000' },
      connections: { type: 'string', default: '100' },
      seconds: { type: 'string', default: '5' },
      turns: { type: 'string', default: '3' },
    },
  });
  const number = (name: keyof typeof values) => {
    if (!/^[1-9]\d*$/.test(values[name])) throw new Error(`--${name} is no whole number`);
    return Number(values[name]);
  };
  const options = {
    agents: number('agents'),
    connections: number('connections'),
    seconds: number('seconds'),
    turns: number('turns'),
  };
  const closers: Closer[] = [];
  try {
    return await measure(options, closers);
  } finally {
    for (const closer of closers.reverse()) await closer();
  }
}

type Options = Readonly<Record<'agents' | 'connections' | 'seconds' | 'turns', number>>;

const readsPerSecond = 100;
const warmSeconds = 2;

async function measure(options: Options, closers: Closer[]): Promise<object> {
  const { agents, connections, seconds, turns } = options;
  const world = startWorldProcess();
  closers.push(world.close);
  say(`a repository of ${agents} files and records`);
  const subscriptions = agents;
  const addresses = await world.start({ agents, subscriptions, readsPerSecond, records: true });
  const startedMs = performance.now();
  const serve = await startServe(addresses);
  closers.push(serve.close);
  const links = addresses.subscriptions.map((subscription) => linkOf(agentIdOf(subscription)));
  const body = await firstAnswer(serve.url, links[0]);
  const startUpMs = Math.round(performance.now() - startedMs);
  const bare = await startBare(body, closers);
  const requests = links.map((link, n) => requestOf(link, n));
  const asked = { requests, connections };
  for (const { url } of [bare, serve]) await load(url, { ...asked, seconds: warmSeconds });
  const [bareTurns, statusTurns]: [Turn[], Turn[]] = [[], []];
  for (let turn = 1; turn <= turns; turn += 1) {
    bareTurns.push(await turnOf(bare, { ...asked, seconds }));
    statusTurns.push(await turnOf(serve, { ...asked, seconds }));
    say(
      `turn ${turn}: ${statusTurns.at(-1)?.perSecond} of ${bareTurns.at(-1)?.perSecond} a second`,
    );
  }
  const requestsPerSecond = median(statusTurns.map(({ perSecond }) => perSecond));
  const bareRequestsPerSecond = median(bareTurns.map(({ perSecond }) => perSecond));
  return {
    requestsPerSecond,
    bareRequestsPerSecond,
    ratio: Math.round((requestsPerSecond / bareRequestsPerSecond) * 100) / 100,
    p99Ms: median(statusTurns.map(({ p99Ms }) => p99Ms)),
    bareP99Ms: median(bareTurns.map(({ p99Ms }) => p99Ms)),
    cpuUsPerRequest: median(statusTurns.map(({ cpuUs }) => cpuUs)),
    bareCpuUsPerRequest: median(bareTurns.map(({ cpuUs }) => cpuUs)),
    rssMb: serve.usage().rssMb,
    startUpMs,
    bodyBytes: Buffer.byteLength(body),
    failed: statusTurns.flatMap(({ answers }) => Object.entries(answers)).reduce(countFailed, 0),
  };
}

type Server = Pick<ServeProcess, 'url' | 'usage'>;
type Turn = Loaded & { readonly cpuUs: number };

async function turnOf({ url, usage }: Server, asked: Parameters<typeof load>[1]): Promise<Turn> {
  const before = usage().cpuMs;
  const loaded = await load(url, asked);
  const answers = Object.values(loaded.answers).reduce((sum, count) => sum + count, 0);
  return { ...loaded, cpuUs: Math.round(((usage().cpuMs - before) * 1000) / answers) };
}

function countFailed(sum: number, [status, count]: readonly [string, number]): number {
  return status === '200' ? sum : sum + count;
}

type Link = { readonly id: AgentId; readonly token: string };

function linkOf(id: AgentId): Link {
  const expires = Math.floor(Date.now() / 1000) + 86_400;
  return { id, token: createLink({ id, epoch: 0, expires, secret: tokenSecret }) };
}

/** Each customer has an address of its own, as behind a proxy. */
function requestOf({ id, token }: Link, n: number): Buffer {
  const lines = [
    `GET /v1/agents/${id} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    `x-forwarded-for: 10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

async function firstAnswer(url: string, link: Link | undefined): Promise<string> {
  if (link === undefined) throw new Error('there is no agent');
  const headers = { authorization: `Bearer ${link.token}` };
  const answer = await fetch(`${url}/v1/agents/${link.id}`, { headers });
  const body = await answer.text();
  if (answer.status !== 200) throw new Error(`the first answer is ${answer.status}: ${body}`);
  return body;
}

async function startBare(body: string, closers: Closer[]): Promise<Server> {
  const child = fork(join(import.meta.dirname, 'bare-server.ts'), [body]);
  closers.push(async () => {
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  });
  const [url] = await once(child, 'message');
  return { url: String(url), usage: () => usageOf(child.pid ?? 0) };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function say(text: string): void {
  process.stderr.write(`bench status: ${text}\n`);
}
