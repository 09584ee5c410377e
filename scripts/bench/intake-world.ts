/**
 * The world of the intake benchmark, in a process of its own: the local cloud's git server with a
 * fleet of files, and its Stripe with the subscriptions of the events. Its parent sends requests
 * over the channel.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { startApi } from '../../local-cloud/api-server.ts';
import { createWorldClock } from '../../local-cloud/clock.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createBareRepository } from '../../local-cloud/git-repository.ts';
import { startGitServer } from '../../local-cloud/git-server.ts';
import { createLedger, type Ledger } from '../../local-cloud/ledger.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';
import { createStripe, type StripeWorld } from '../../local-cloud/stripe/stripe.ts';
import { agentIdOf, agentPath } from '../../reconciler/core/agent/agent.ts';
import { renderAgent } from '../../reconciler/core/agent/agent-file.ts';
import { parseCatalog } from '../../reconciler/core/agent/catalog.ts';
import { explainProblems } from '../../reconciler/core/agent/document.ts';
import { parsePolicy, policyExample } from '../../reconciler/core/agent/policy.ts';
import {
  type Change,
  secretKey,
  type WorldAddresses,
  type WorldCounts,
  type WorldOptions,
  type WorldRequest,
  webhookSecret,
} from './intake-messages.ts';
import { agentOfSubscription } from './reconcile-agents.ts';
import { createRecordText } from './reconcile-records.ts';

const delaysMax = 1_000_000;

type World = {
  readonly addresses: WorldAddresses;
  readonly ledger: Ledger;
  readonly stripe: StripeWorld;
  delay(ms: number): void;
  close(): Promise<void>;
};

let world: World | null = null;

process.on('message', (message: WorldRequest & { readonly number: number }) => {
  answer(message).then(
    (answered) => process.send?.({ number: message.number, answer: answered ?? null }),
    (thrown: unknown) => {
      process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
      process.exit(1);
    },
  );
});
// Exits with its parent.
process.on(
  'disconnect',
  () => void (world?.close() ?? Promise.resolve()).then(() => process.exit()),
);

async function answer(request: WorldRequest): Promise<unknown> {
  if (request.ask === 'start') {
    world = await startWorld(request.options);
    return world.addresses;
  }
  if (world === null) throw new Error('there is no world yet');
  switch (request.ask) {
    case 'delay':
      return world.delay(request.ms);
    case 'change':
      return change(world, request.changes);
    case 'counts':
      return countsOf(world);
    case 'close':
      return world.close();
  }
}

function change({ stripe }: World, changes: readonly Change[]): void {
  for (const { subscription, cancelAt } of changes) {
    const { subscriptions } = stripe.objects;
    const found = subscriptions.get(subscription);
    if (found === undefined) throw new Error(`no subscription ${subscription}`);
    subscriptions.put({ ...found, cancel_at: cancelAt });
  }
}

function countsOf({ ledger }: World): WorldCounts {
  return {
    pushes: ledger.total('git', (route) => route === 'POST /:repository/git-receive-pack'),
    stripeReads: ledger.total('stripe', (route) => route.startsWith('GET ')),
  };
}

async function startWorld(options: WorldOptions): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'aura-bench-'));
  const catalogText = await readFile(
    join(import.meta.dirname, '../../desired-state/catalog.yaml'),
    'utf8',
  );
  const catalog = parseCatalog(catalogText);
  if (!catalog.ok) throw new Error(explainProblems(catalog.problems));
  const clock = createWorldClock({ startMs: Date.now(), rate: 1 });
  const context = { clock, ledger: createLedger(), faults: createFaults() };
  const stripe = createStripe({
    clock,
    randomness: createRandomness(1),
    catalog: catalog.value,
    secretKey,
    webhookSecret,
    rateLimit: { live: options.readsPerSecond, test: options.readsPerSecond },
  });
  const [plan = ''] = Object.keys(catalog.value.plans);
  const customers = new Map<string, string>();
  for (let n = 0; n < options.subscriptions; n += 1) {
    const { subscription, customer } = await stripe.checkout({ plan, quiet: true });
    customers.set(subscription, customer);
  }
  const gitDir = join(root, 'aura', 'agents.git');
  const bare = await createBareRepository(gitDir);
  const filling = { options, catalogText, account: stripe.account, customers, plan };
  await fill(gitDir, 'main', filesOf(filling));
  if (options.records === true) await fill(gitDir, 'status', recordsOf(filling));
  const git = await startGitServer({
    root,
    repositories: new Map([['aura/agents', bare]]),
    ...context,
  });
  const api = await startApi(stripe, context);
  return {
    addresses: {
      gitUrl: git.repositoryUrl('aura/agents'),
      gitDir,
      stripeUrl: api.url,
      subscriptions: [...customers.keys()],
    },
    ledger: context.ledger,
    stripe,
    delay(ms) {
      context.faults.clear();
      if (ms > 0) context.faults.add({ api: 'git', kind: 'delay', ms, times: delaysMax });
    },
    async close() {
      await api.close();
      await git.close();
      clock.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type Filling = {
  readonly options: WorldOptions;
  readonly catalogText: string;
  readonly account: string;
  readonly customers: ReadonlyMap<string, string>;
  readonly plan: string;
};

/** A fleet whose subscriptions were paid some time ago. */
function* filesOf(filling: Filling): Iterable<readonly [path: string, text: string]> {
  const { options, customers, plan } = filling;
  const policy = policyExample
    .replace('acct_1Example', filling.account)
    .replace('livemode: false', `livemode: true, readsPerSecond: ${options.readsPerSecond}`);
  yield ['catalog.yaml', filling.catalogText];
  yield ['policy.yaml', policy];
  const name = agentIdOf('sub_model');
  const created = '2026-01-01T00:00:00Z';
  const model = renderAgent({
    apiVersion: 'aura.dev/v1',
    kind: 'Agent',
    metadata: { name, createdAt: created },
    spec: {
      subscription: 'sub_model',
      customer: 'cus_model',
      plan,
      access: { state: 'granted', since: created },
      region: 'eu-central',
      power: 'running',
      revision: 1,
    },
  });
  const subscriptions = [...customers];
  for (let n = 0; n < options.agents; n += 1) {
    const [subscription, customer] = subscriptions[n] ?? [`sub_filler${n}`, `cus_filler${n}`];
    const id = agentIdOf(subscription);
    const text = model
      .replace(name, id)
      .replace('sub_model', subscription)
      .replace('cus_model', customer);
    yield [agentPath(id), text];
  }
}

/** Records as earlier runs left them. */
function* recordsOf({ customers }: Filling): Iterable<readonly [string, string]> {
  yield ['README.md', 'What the machine did\n'];
  const policy = parsePolicy(policyExample);
  if (!policy.ok) throw new Error(explainProblems(policy.problems));
  const recordText = createRecordText('0'.repeat(32), policy.value);
  let n = 0;
  for (const [subscription, customer] of customers) {
    n += 1;
    const agent = agentOfSubscription(subscription, customer);
    const address = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    const device = { nodeId: `n${n}`, address, name: `${agent.id}.example.ts.net` };
    const made = { server: String(n), ipv4: address, device };
    yield [agentPath(agent.id), recordText(agent, made, '0'.repeat(40))];
  }
}

/** https://git-scm.com/docs/git-fast-import */
async function fill(
  gitDir: string,
  branch: 'main' | 'status',
  files: Iterable<readonly [path: string, text: string]>,
): Promise<void> {
  const child = spawn('git', ['--git-dir', gitDir, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(child, 'close');
  const write = async (text: string) => {
    if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  };
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const who = 'Aura <aura@localhost> 1767225600 +0000';
  await write(`commit refs/heads/${branch}\ncommitter ${who}\n${data('A fleet\n')}`);
  for (const [path, text] of files) await write(`M 100644 inline ${path}\n${data(text)}`);
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import exited with ${code}`);
}
