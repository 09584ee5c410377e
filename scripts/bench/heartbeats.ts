/**
 * Heartbeats of a fleet to a real `aura serve`: each agent sends one within the seconds of a turn,
 * at its own time, signed with its own key. Several processes are the hosts; the bucket is moto.
 *
 *   --agents N           10000 by default
 *   --seconds N          of a turn; 10 by default
 *   --turns N            6 by default: more than a minute, in which the service writes its report
 *   --clients N          processes that send; 2 by default
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createKeyring } from '../../local-cloud/aws/keyring.ts';
import { allowsAll } from '../../local-cloud/aws/policy.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { startS3 } from '../../local-cloud/s3.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { type AgentId, agentIdOf } from '../../reconciler/core/agent/agent.ts';
import { heartbeatKey } from '../../reconciler/core/heartbeats/host-key.ts';
import type { HostsMessage, TurnResult } from './heartbeat-hosts.ts';
import { platformToken, type ServeProcess, startServe } from './serve-process.ts';
import { startWorldProcess } from './world-process.ts';

type Closer = () => Promise<void> | void;
type Options = Readonly<Record<'agents' | 'seconds' | 'turns' | 'clients', number>>;

const secret = 'a-secret-of-the-benchmark-for-heartbeats';
const readsPerSecond = 100;

export async function benchHeartbeats(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      agents: { type: 'string', default: '10000' },
      seconds: { type: 'string', default: '10' },
      turns: { type: 'string', default: '6' },
      clients: { type: 'string', default: '2' },
    },
  });
  const number = (name: keyof typeof values) => {
    if (!/^[1-9]\d*$/.test(values[name])) throw new Error(`--${name} is no whole number`);
    return Number(values[name]);
  };
  const [agents, seconds] = [number('agents'), number('seconds')];
  const closers: Closer[] = [];
  try {
    return await measure(
      { agents, seconds, turns: number('turns'), clients: number('clients') },
      closers,
    );
  } finally {
    for (const closer of closers.reverse()) await closer();
  }
}

async function measure(options: Options, closers: Closer[]): Promise<object> {
  const { agents, seconds, turns } = options;
  const world = startWorldProcess();
  closers.push(world.close);
  say(`a repository of ${agents} files and records`);
  const subscriptions = agents;
  const addresses = await world.start({ agents, subscriptions, readsPerSecond, records: true });
  const bucket = await startBucket(closers);
  const serve = await startServe(addresses, { ...bucket, AURA_HEARTBEAT_SECRET: secret });
  closers.push(serve.close);
  const ids = addresses.subscriptions.map((subscription) => agentIdOf(subscription));
  await healthOf(serve, ids[0]);
  const hosts = startHosts(serve.url, ids, options);
  closers.push(...hosts.map(({ close }) => close));
  const results: (TurnResult & { readonly cpuMs: number })[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    const before = serve.usage().cpuMs;
    const parts = await Promise.all(hosts.map((one) => one.turn(seconds)));
    results.push({ ...merged(parts), cpuMs: serve.usage().cpuMs - before });
    const { ms, answers } = results.at(-1) ?? merged([]);
    say(`turn ${turn}: p99 ${percentile(ms, 99)} ms, answers ${JSON.stringify(answers)}`);
  }
  const health = await Promise.all(
    [ids[0], ids[Math.floor(ids.length / 2)], ids.at(-1)].map((id) => healthOf(serve, id)),
  );
  const all = merged(results);
  const p99s = results.map(({ ms }) => percentile(ms, 99)).sort((a, b) => a - b);
  const cpuMs = results.reduce((sum, one) => sum + one.cpuMs, 0);
  return {
    ok: health.every((state) => state === 'healthy') && failedOf(all) === 0,
    heartbeats: all.ms.length,
    perSecond: Math.round(all.ms.length / (turns * seconds)),
    p50Ms: percentile(all.ms, 50),
    p99Ms: percentile(all.ms, 99),
    p99MsOfWorstTurn: p99s.at(-1) ?? 0,
    maxMs: percentile(all.ms, 100),
    failed: failedOf(all),
    cpuUsPerHeartbeat: Math.round((cpuMs * 1000) / Math.max(1, all.ms.length)),
    rssMb: serve.usage().rssMb,
  };
}

/** Its keys are allowed everything. */
async function startBucket(closers: Closer[]): Promise<Record<string, string>> {
  const keyring = createKeyring({ now: () => Date.now() });
  const keys = { accessKeyId: 'AKIABENCHMARKKEY', secretAccessKey: 'x'.repeat(40) };
  keyring.add({ ...keys, session: null, policy: allowsAll });
  const [bucket, region] = ['aura-state', 'eu-central-1'];
  const s3 = await startS3({
    motoServer: findTool('motoServer'),
    ...{ bucket, region, keyring },
    ledger: createLedger(),
    faults: createFaults(),
  });
  closers.push(s3.close);
  return {
    AURA_STATE_BUCKET: bucket,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
}

async function healthOf({ url }: ServeProcess, id: AgentId | undefined): Promise<string> {
  const headers = { authorization: `Bearer ${platformToken}` };
  const answer = await fetch(`${url}/v1/agents/${id}`, { headers });
  if (answer.status !== 200) throw new Error(`${id}: ${answer.status} ${await answer.text()}`);
  const { health } = (await answer.json()) as { health: { state: string } | null };
  return health?.state ?? 'none';
}

/** Processes, each for a part of the agents. */
function startHosts(url: string, ids: readonly AgentId[], { clients }: Options) {
  return Array.from({ length: clients }, (_, place) => {
    const agents = ids
      .filter((_id, n) => n % clients === place)
      .map((id) => ({ id, key: heartbeatKey(secret, id, 1) }));
    const child = fork(join(import.meta.dirname, 'heartbeat-hosts.ts'));
    const send = (message: HostsMessage) => child.send(message);
    send({ url, agents });
    return {
      async turn(seconds: number): Promise<TurnResult> {
        send({ seconds });
        const [result] = await once(child, 'message');
        return result as TurnResult;
      },
      close: () => ended(child),
    };
  });
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
}

function merged(parts: readonly TurnResult[]): TurnResult {
  const answers: Record<string, number> = {};
  for (const part of parts)
    for (const [status, count] of Object.entries(part.answers))
      answers[status] = (answers[status] ?? 0) + count;
  return { answers, ms: parts.flatMap(({ ms }) => ms) };
}

function failedOf({ answers, ms }: TurnResult): number {
  return ms.length - (answers['204'] ?? 0);
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0) * 10) / 10;
}

function say(text: string): void {
  process.stderr.write(`bench heartbeats: ${text}\n`);
}
