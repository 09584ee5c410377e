/**
 * The service under a steady load and a steady attack: deliveries and customers' reads at fixed
 * rates, records that change as during a run, and clients that never finish their requests.
 *
 *   --seconds N          how long; 120 by default
 *   --webhooks N         deliveries a second; 50 by default
 *   --reads N            customers' reads a second; 500 by default
 *   --drips N            clients that never finish; 300 by default
 *   --agents N           files in the repository; 2000 by default
 *   --distinct N         subscriptions that deliveries and reads are about; 200 by default
 */
import { parseArgs } from 'node:util';
import { createRepository } from '../../reconciler/adapters/git/repository.ts';
import { createSender, type Delivered } from './deliveries.ts';
import { type Change, webhookSecret } from './intake-messages.ts';
import { readLanded } from './landed.ts';
import { rssMbOf } from './process-tree.ts';
import { type ServeProcess, startServe } from './serve-process.ts';
import { startDrips } from './soak-drips.ts';
import { startReaders } from './soak-reads.ts';
import { startWorldProcess, type WorldProcess } from './world-process.ts';

type Options = Readonly<
  Record<'seconds' | 'webhooks' | 'reads' | 'drips' | 'agents' | 'distinct', number>
>;

export async function benchSoak(args: readonly string[]): Promise<object> {
  const options = optionsOf(args);
  const closers: (() => Promise<void> | void)[] = [];
  try {
    return await measure(options, closers);
  } finally {
    for (const closer of closers.reverse()) await closer();
  }
}

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '120' },
      webhooks: { type: 'string', default: '50' },
      reads: { type: 'string', default: '500' },
      drips: { type: 'string', default: '300' },
      agents: { type: 'string', default: '2000' },
      distinct: { type: 'string', default: '200' },
    },
  });
  const number = (text: string) => {
    if (!/^\d+$/.test(text)) throw new Error(`${JSON.stringify(text)} is no whole number`);
    return Number(text);
  };
  const { seconds, webhooks, reads, drips, agents, distinct } = values;
  return {
    seconds: number(seconds),
    webhooks: number(webhooks),
    reads: number(reads),
    drips: number(drips),
    agents: number(agents),
    distinct: Math.min(number(distinct), number(agents)),
  };
}

const warmSeconds = 10;
const readsPerSecond = 100;

async function measure(options: Options, closers: (() => Promise<void> | void)[]): Promise<object> {
  const world = startWorldProcess();
  closers.push(world.close);
  say(`a repository of ${options.agents} files`);
  const { agents, distinct } = options;
  const addresses = await world.start({
    agents,
    subscriptions: distinct,
    readsPerSecond,
    records: true,
  });
  const serve = await startServe(addresses);
  closers.push(serve.close);
  const run = { world, serve, subscriptions: addresses.subscriptions, gitUrl: addresses.gitUrl };
  say(`${warmSeconds} s of the load alone, to begin from`);
  const warm = await load(run, { ...options, seconds: warmSeconds, drips: 0 }, 0);
  const atStart = { ...serve.usage(), rssMb: rssMbOf(serve.pid) };
  say(`${options.seconds} s of the load, with ${options.drips} clients that never finish`);
  const loaded = await load(run, options, warm.changes.length);
  const again = await redeliver(serve, loaded.delivered);
  const landed = await readLanded(addresses.gitDir, {
    delivered: [...warm.delivered, ...loaded.delivered, ...again],
    changes: [...warm.changes, ...loaded.changes],
  });
  const atEnd = { ...serve.usage(), rssMb: rssMbOf(serve.pid) };
  return figuresOf(options, { loaded, landed, atStart, atEnd });
}

type Run = {
  readonly world: WorldProcess;
  readonly serve: ServeProcess;
  readonly subscriptions: readonly string[];
  readonly gitUrl: string;
};
type Loaded = Awaited<ReturnType<typeof load>>;

async function load(
  { world, serve, subscriptions, gitUrl }: Run,
  { seconds, webhooks, reads, drips }: Options,
  from: number,
) {
  const sender = createSender(`${serve.url}/webhooks/stripe`, webhookSecret);
  const dripping = startDrips(serve.url, drips);
  const readers = startReaders(serve.url, { subscriptions, perSecond: reads });
  const recorder = startRecorder(gitUrl);
  const changes: Change[] = [];
  const sent: Promise<Delivered>[] = [];
  const startedMs = performance.now();
  let peakRssMb = 0;
  let peakAllMb = 0;
  const watching = setInterval(() => {
    peakRssMb = Math.max(peakRssMb, rssMbOf(serve.pid));
    peakAllMb = Math.max(peakAllMb, serve.usage().rssMb);
  }, 500);
  for (let n = 0; n < seconds * webhooks; n += 1) {
    await pause(startedMs + (n * 1000) / webhooks - performance.now());
    const subscription = subscriptions[(from + n) % subscriptions.length] ?? '';
    const change = { subscription, cancelAt: cancelAtOf(from + n) };
    changes.push(change);
    await world.change([change]);
    sent.push(sender.send({ id: `evt_${from + n}`, subscription }));
  }
  const delivered = await Promise.all(sent);
  clearInterval(watching);
  const read = await readers.stop();
  const dripped = dripping.stop();
  const recordPushes = await recorder.stop();
  sender.close();
  return { changes, delivered, read, dripped, recordPushes, peakRssMb, peakAllMb };
}

/** What a run does to branch `status` meanwhile: a commit every second or so. */
function startRecorder(url: string): { stop(): Promise<number> } {
  const clock = { now: () => Date.now(), wait: async (ms: number) => pause(ms) };
  const author = { name: 'Benchmark', email: 'bench@localhost' };
  const repository = createRepository({ url, token: null, folder: null, author, clock });
  let stopped = false;
  const pushing = (async () => {
    let pushes = 0;
    for (; !stopped; pushes += 1) {
      const base = await repository.fetch('status');
      const edits = [{ path: 'run.txt', text: `${Date.now()}\n` }];
      await repository.push('status', base, [{ subject: 'a step', body: '', trailers: [], edits }]);
      await pause(1000);
    }
    return pushes;
  })();
  return {
    async stop() {
      stopped = true;
      const pushes = await pushing;
      await repository.close();
      return pushes;
    },
  };
}

/** Delivers again until no event is refused, sooner than Stripe would. */
async function redeliver(
  serve: ServeProcess,
  delivered: readonly Delivered[],
): Promise<readonly Delivered[]> {
  const sender = createSender(`${serve.url}/webhooks/stripe`, webhookSecret);
  const all: Delivered[] = [];
  let open = delivered.filter(({ status }) => status !== 200);
  for (let pass = 0; pass < 100 && open.length > 0; pass += 1) {
    await pause(1000);
    const answers = await Promise.all(open.map((one) => sender.send(one)));
    all.push(...answers);
    open = answers.filter(({ status }) => status !== 200);
  }
  sender.close();
  if (open.length > 0) say(`${open.length} events are refused for good`);
  return all;
}

type Measured = {
  readonly loaded: Loaded;
  readonly landed: { readonly lost: number; readonly duplicated: number };
  readonly atStart: { readonly rssMb: number; readonly cpuMs: number };
  readonly atEnd: { readonly rssMb: number; readonly cpuMs: number };
};

function figuresOf(options: Options, { loaded, landed, atStart, atEnd }: Measured): object {
  const { delivered, read, dripped, recordPushes, peakRssMb, peakAllMb } = loaded;
  const statuses: Record<string, number> = {};
  for (const { status } of delivered) statuses[status] = (statuses[status] ?? 0) + 1;
  const rssGrowthMb = Math.round((peakRssMb - atStart.rssMb) * 10) / 10;
  const failedReads = read.sent - (read.answers['200'] ?? 0);
  // Deliveries may be shed with 503; nothing else is ever answered so.
  const bad = Object.keys(statuses).filter((status) => !['200', '503'].includes(status));
  const taken = delivered.filter(({ status }) => status === 200).map(({ ms }) => ms);
  return {
    ...options,
    ok: landed.lost === 0 && bad.length === 0 && failedReads === 0 && rssGrowthMb <= 100,
    lost: landed.lost,
    duplicated: landed.duplicated,
    deliveries: { sent: delivered.length, answers: statuses, ...timesOf(taken) },
    readsAnswered: { sent: read.sent, answers: read.answers, ...timesOf(read.ms) },
    dripsOpened: dripped.opened,
    dripsEnded: dripped.ended,
    recordPushes,
    rssStartMb: atStart.rssMb,
    rssPeakMb: peakRssMb,
    rssPeakWithGitMb: peakAllMb,
    rssEndMb: atEnd.rssMb,
    rssGrowthMb,
    cpuMs: atEnd.cpuMs - atStart.cpuMs,
  };
}

function timesOf(ms: readonly number[]): object {
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (percent: number) =>
    Math.round(sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0);
  return { p50Ms: at(50), p99Ms: at(99), maxMs: at(100) };
}

function cancelAtOf(n: number): number {
  return Math.floor(Date.parse('2030-01-01T00:00:00Z') / 1000) + n * 60;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
