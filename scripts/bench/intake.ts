/**
 * Intake under load: a real `aura serve`, signed deliveries over HTTP, and the local cloud's git
 * server and Stripe in a process of their own. What was lost or doubled is read from the server's
 * repository.
 *
 *   --agents N           files in the repository
 *   --events N           deliveries that are measured
 *   --distinct N         subscriptions that they are about; as many as events by default
 *   --rate N             deliveries a second; all at once by default
 *   --remote-delay-ms N  added to each request to the git server
 *   --reads-per-second N what Stripe allows, and the policy says; 100 by default
 */
import { parseArgs } from 'node:util';
import { createSender, type Delivered, type Sender } from './deliveries.ts';
import { type Change, webhookSecret } from './intake-messages.ts';
import { readLanded } from './landed.ts';
import { watch } from './process-tree.ts';
import { pushOneByOne } from './push-each.ts';
import { startServe } from './serve-process.ts';
import { startWorldProcess, type WorldProcess } from './world-process.ts';

type Options = {
  readonly agents: number;
  readonly events: number;
  readonly distinct: number;
  readonly rate: number;
  readonly remoteDelayMs: number;
  readonly readsPerSecond: number;
};

export async function benchIntake(args: readonly string[]): Promise<object> {
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
      agents: { type: 'string', default: '10000' },
      events: { type: 'string', default: '100' },
      distinct: { type: 'string' },
      rate: { type: 'string', default: '0' },
      'remote-delay-ms': { type: 'string', default: '300' },
      'reads-per-second': { type: 'string', default: '100' },
    },
  });
  const number = (text: string) => {
    if (!/^\d+$/.test(text)) throw new Error(`${JSON.stringify(text)} is no whole number`);
    return Number(text);
  };
  const events = number(values.events);
  const agents = number(values.agents);
  return {
    agents,
    events,
    distinct: Math.min(
      number(values.distinct ?? values.events),
      events,
      agents - warmSubscriptions,
    ),
    rate: number(values.rate),
    remoteDelayMs: number(values['remote-delay-ms']),
    readsPerSecond: number(values['reads-per-second']),
  };
}

async function measure(options: Options, closers: (() => Promise<void> | void)[]): Promise<object> {
  const world = startWorldProcess();
  closers.push(world.close);
  say(`a repository of ${options.agents} files`);
  const addresses = await world.start({
    agents: options.agents,
    subscriptions: options.distinct + warmSubscriptions,
    readsPerSecond: options.readsPerSecond,
  });
  await world.delay(options.remoteDelayMs);
  const startedMs = performance.now();
  const serve = await startServe(addresses);
  closers.push(serve.close);
  const sender = createSender(`${serve.url}/webhooks/stripe`, webhookSecret);
  closers.push(sender.close);
  await warm(world, sender, addresses.subscriptions.slice(0, warmSubscriptions));
  const startUpMs = Math.round(performance.now() - startedMs - restMs);
  say(`started and warm in ${startUpMs} ms`);

  const watched = watch(serve.pid, 50);
  closers.push(watched.stop);
  const cpuBefore = serve.usage().cpuMs;
  const before = await world.counts();
  const subscriptions = addresses.subscriptions.slice(warmSubscriptions);
  const load = { ...options, world, sender, subscriptions };
  const loaded = await deliverAll(load);
  const after = await world.counts();
  const cpuMs = serve.usage().cpuMs - cpuBefore;
  const again = await redeliver(sender, loaded.delivered);
  const landed = await readLanded(addresses.gitDir, {
    delivered: [...loaded.delivered, ...again],
    changes: loaded.changes,
  });
  const taken = loaded.delivered.filter(({ status }) => status === 200);
  const pushEachMs = await pushOneByOne(addresses.gitUrl);
  const seconds = loaded.ms / 1000;
  const pushes = after.pushes - before.pushes;
  return {
    agents: options.agents,
    events: options.events,
    distinct: options.distinct,
    remoteDelayMs: options.remoteDelayMs,
    p50Ms: percentile(taken, 50),
    p99Ms: percentile(taken, 99),
    eventsPerSecond: Math.round((taken.length / seconds) * 10) / 10,
    pushes,
    pushesPerMinute: Math.round(pushes / Math.max(1, seconds / 60)),
    stripeFetches: after.stripeReads - before.stripeReads,
    rssMb: watched.peakRssMb(),
    ...landed,
    pushPerEventP99Ms: Math.round(pushEachMs * options.events * 0.99),
    refused: loaded.delivered.length - taken.length,
    seconds: Math.round(seconds * 100) / 100,
    cpuMs,
    startUpMs,
  };
}

/**
 * Creates the mirror, opens connections and lets the code be compiled, before anything is measured.
 * It counts as start-up.
 */
async function warm(
  world: WorldProcess,
  sender: Sender,
  subscriptions: readonly string[],
): Promise<void> {
  for (let pass = 0; pass < warmPasses; pass += 1) {
    await world.change(
      subscriptions.map((subscription, n) => ({
        subscription,
        cancelAt: cancelAtOf(pass * warmSubscriptions + n),
      })),
    );
    const answers = await Promise.all(
      subscriptions.map((subscription, n) => {
        return sender.send({ id: `evt_warm_${pass}_${n}`, subscription });
      }),
    );
    const refused = answers.find(({ status }) => status !== 200);
    if (refused !== undefined) throw new Error(`a first event was answered ${refused.status}`);
  }
  // Its reads no longer count against the limit when the measured ones begin.
  await pause(restMs);
}

type Load = Options & {
  readonly world: WorldProcess;
  readonly sender: Sender;
  readonly subscriptions: readonly string[];
};
type Loaded = {
  readonly delivered: readonly Delivered[];
  readonly changes: readonly Change[];
  readonly ms: number;
};

/** Each event is about its own change, which Stripe has before the event is sent. */
async function deliverAll(load: Load): Promise<Loaded> {
  const { subscriptions, rate, world, sender } = load;
  const changes = Array.from({ length: load.events }, (_, n) => ({
    subscription: subscriptions[n % load.distinct] ?? '',
    cancelAt: cancelAtOf(n + 1),
  }));
  if (rate === 0) await world.change(changes);
  const startedMs = performance.now();
  const sent = changes.map(async (change, n) => {
    if (rate > 0) {
      await pause(startedMs + (n * 1000) / rate - performance.now());
      await world.change([change]);
    }
    return sender.send({ id: `evt_${n}`, subscription: change.subscription });
  });
  const delivered = await Promise.all(sent);
  return { delivered, changes, ms: performance.now() - startedMs };
}

/** Delivers again until no event is refused, sooner than Stripe would. */
async function redeliver(
  sender: Sender,
  delivered: readonly Delivered[],
): Promise<readonly Delivered[]> {
  const all: Delivered[] = [];
  let open = delivered.filter(({ status }) => status !== 200);
  for (let pass = 0; pass < passesMax && open.length > 0; pass += 1) {
    await pause(passMs);
    const answers = await Promise.all(open.map((one) => sender.send(one)));
    all.push(...answers);
    open = answers.filter(({ status }) => status !== 200);
  }
  if (open.length > 0) say(`${open.length} events are refused for good`);
  return all;
}

const warmSubscriptions = 20;
const warmPasses = 8;
const restMs = 1500;
const passesMax = 100;
const passMs = 1000;

/** Far enough ahead that it changes the file and never takes effect. */
function cancelAtOf(n: number): number {
  return Math.floor(Date.parse('2030-01-01T00:00:00Z') / 1000) + n * 60;
}

/** The nearest rank; null without samples. */
function percentile(delivered: readonly Delivered[], percent: number): number | null {
  const sorted = delivered.map(({ ms }) => ms).sort((a, b) => a - b);
  const ms = sorted[Math.ceil((sorted.length * percent) / 100) - 1];
  return ms === undefined ? null : Math.round(ms);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
