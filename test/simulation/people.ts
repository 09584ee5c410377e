/**
 * Who acts on a world from outside: customers through Stripe, operators through commits, people with
 * a console at hand, and reviewers. Each act may find nothing to act on; then it does nothing.
 */

import type { Randomness } from '../../reconciler/cloud/randomness.ts';
import type { BilledSubscription } from '../../reconciler/core/billing/billing.ts';
import { type DesireInput, desire } from '../../reconciler/core/billing/desire.ts';
import { agentPath, parseAgentId } from '../../reconciler/core/desired/agent.ts';
import { parseAgentFile } from '../../reconciler/core/desired/agent-file.ts';
import { renderApprovalFile } from '../../reconciler/core/desired/decision-file.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { deviceTag, labelNames } from '../../reconciler/core/world/observed.ts';
import { catalogOf, idNo, subscriptionNo } from '../builders/world.ts';
import { edit, fileText, plantServer, recordOf, removeFiles, serverOf } from '../fakes/agents.ts';
import { subscription } from '../fakes/billing.ts';
import { createFakeRepository } from '../fakes/repository.ts';
import type { FakeWorld } from '../fakes/world.ts';

export type Act = (world: FakeWorld, random: Randomness, n: number) => string | null;

export const agentsMax = 6;
const catalog = catalogOf();

// ---------------------------------------------------------------- customers

function changed(world: FakeWorld, n: number, part: Partial<BilledSubscription>): string | null {
  const id = subscriptionNo(n);
  const before = world.stripe.subscriptions.get(id);
  if (before === undefined || before.status === 'canceled') return null;
  world.stripe.subscriptions.set(id, { ...before, ...part });
  return `${id} ${JSON.stringify(part)}`;
}

const pays: Act = (world, random, n) => {
  const id = subscriptionNo(n);
  if (world.stripe.subscriptions.has(id)) return changed(world, n, { status: 'active' });
  const metadata = { region: random.below(2) === 0 ? 'eu-central' : 'us-east' };
  world.stripe.subscriptions.set(id, subscription(id, `cus_Test${n}`, { metadata }));
  return `${id} pays`;
};
const cancels: Act = (world, _random, n) => {
  const seconds = Math.floor(world.time.now() / 1000);
  return changed(world, n, { status: 'canceled', canceledAt: seconds, endedAt: seconds });
};
const isPastDue: Act = (world, random, n) =>
  changed(world, n, { status: random.below(2) === 0 ? 'past_due' : 'unpaid' });
const buysBigger: Act = (world, random, n) => {
  const productId = random.below(3) === 0 ? 'prod_Starter' : 'prod_Pro';
  return changed(world, n, {
    items: [{ priceId: 'price_X', productId, lookupKey: null, quantity: 1 }],
  });
};

/** What intake and the scheduled resync bring about: every file as its subscription asks. */
export async function resync(world: FakeWorld): Promise<void> {
  const repository = createFakeRepository(world.git);
  for (const one of world.stripe.subscriptions.values()) {
    const n = Number(one.id.replace(/\D/g, ''));
    const path = agentPath(idNo(n));
    const text = world.git.text(path);
    const removal = text === null ? await repository.lastRemoval(path) : null;
    const before = removal === null ? null : await repository.textAt(removal.parent, path);
    const input: DesireInput = {
      file: text === null ? null : { path, oid: '', text },
      subscription: one,
      catalog,
      policy: world.policy,
      nowMs: world.time.now(),
      removal: removal === null ? null : { ...removal, text: before },
    };
    const wanted = desire(input);
    if (wanted.kind === 'write')
      world.git.add('main', { subject: wanted.subject, edits: { [path]: wanted.text } });
    if (wanted.kind !== 'restore') continue;
    for (const commit of wanted.commits) {
      const edits = Object.fromEntries(commit.edits.map((one) => [one.path, one.text]));
      world.git.add('main', { ...commit, edits });
    }
  }
}

// ---------------------------------------------------------------- operators

function specOf(world: FakeWorld, n: number) {
  const path = agentPath(idNo(n));
  const parsed = parseAgentFile({ path, oid: '', text: fileText(world, n) ?? '' });
  return parsed.kind === 'valid' ? parsed.agent.spec : null;
}

function iso(world: FakeWorld, minutes: number): string {
  return new Date(world.time.now() + minutes * 60_000).toISOString();
}

function edited(fields: (world: FakeWorld, random: Randomness, n: number) => object): Act {
  return (world, random, n) => {
    if (specOf(world, n) === null) return null;
    const wanted = fields(world, random, n);
    edit(world, n, wanted);
    return `${idNo(n)} ${JSON.stringify(wanted)}`;
  };
}

const reverts: Act = (world, random) => {
  const own = world.git.history('main').slice(1);
  const commit = own[own.length - 1 - random.below(Math.min(own.length, 6))];
  if (commit === undefined) return null;
  try {
    world.git.revert(commit.id);
    return `reverts ${commit.subject}`;
  } catch {
    return null;
  }
};
const removes: Act = (world, random, n) => {
  const several = random.below(4) === 0 ? [n, (n % agentsMax) + 1] : [n];
  const there = several.filter((one) => fileText(world, one) !== null);
  if (there.length === 0) return null;
  removeFiles(world, ...there);
  return `removes ${there.join(' and ')}`;
};
const breaksFile: Act = (world, _random, n) => {
  const text = fileText(world, n);
  if (text === null) return null;
  world.git.commit('A slip', { [agentPath(idNo(n))]: text.replace('power: ', 'powr: ') });
  return `breaks the file of ${n}`;
};
const halts: Act = (world) => {
  world.git.halt('an incident');
  return 'halts';
};
const resumes: Act = (world) => {
  world.git.resume();
  return 'resumes';
};

const pauses: Act = (world) => {
  const text = world.git.text('policy.yaml') ?? '';
  if (isPaused(world)) return null;
  const pause = `pause: {reason: an audit, since: "${iso(world, 0)}"}\n`;
  world.git.commit('Pause', { 'policy.yaml': text + pause });
  return 'pauses';
};
const goesOn: Act = (world) => {
  if (!isPaused(world)) return null;
  endsPause(world);
  return 'ends the pause';
};

export function isPaused(world: FakeWorld): boolean {
  return /^pause:/m.test(world.git.text('policy.yaml') ?? '');
}

export function endsPause(world: FakeWorld): void {
  if (!isPaused(world)) return;
  const text = (world.git.text('policy.yaml') ?? '').replace(/^pause: .*\n/m, '');
  world.git.commit('Go on', { 'policy.yaml': text });
}

const takesBack: Act = (world) => {
  const paths = [...(world.git.tip('main')?.tree.keys() ?? [])];
  const path = paths.find((one) => one.startsWith('approvals/'));
  if (path === undefined) return null;
  world.git.commit('Not so', { [path]: null });
  return `takes ${path} back`;
};

// ---------------------------------------------------------------- people with a console

function byHand(
  what: string,
  act: (world: FakeWorld, n: number, random: Randomness) => boolean,
): Act {
  return (world, random, n) => (act(world, n, random) ? `${what} ${n} by hand` : null);
}

const breaks: readonly Act[] = [
  byHand('deletes the server of', (world, n) => {
    const server = serverOf(world, n);
    if (server === null) return false;
    world.project.servers.delete(server.id);
    return world.project.primaryIps.delete(server.ipv4Id);
  }),
  byHand('switches', (world, n, random) => {
    const server = serverOf(world, n);
    if (server === null) return false;
    const status = random.below(2) === 0 ? 'off' : 'running';
    server.statuses.push({ atMs: world.time.now(), status });
    return true;
  }),
  byHand('labels', (world, n, random) => {
    const server = serverOf(world, n);
    if (server === null) return false;
    const names = [labelNames.customer, labelNames.revision, labelNames.bootstrap];
    const name = names[random.below(names.length)] ?? labelNames.customer;
    server.labels = { ...server.labels, [name]: '1' };
    return true;
  }),
  byHand('unprotects', (world, n) => {
    const server = serverOf(world, n);
    if (server === null) return false;
    server.protection = { delete: false, rebuild: false };
    return true;
  }),
  byHand('deletes the device of', (world, n) => {
    const found = [...world.tailnet.devices.values()].find(({ hostname }) => hostname === idNo(n));
    return found !== undefined && world.tailnet.devices.delete(found.nodeId);
  }),
  byHand('deletes the state of', (world, n) => {
    const key = [...world.bucket.states.keys()].find((one) => one.includes(idNo(n)));
    return key !== undefined && world.bucket.states.delete(key);
  }),
  byHand('plants a server beside', (world, n) => {
    if (world.project.soldOut.has('cpx12/fsn1')) return false;
    const name = `stray-${world.project.servers.size}-${world.time.now()}`;
    plantServer(world, name, {
      [labelNames.fleet]: 'aura',
      [labelNames.nonce]: `stray${n}`.padEnd(16, '0'),
    });
    return true;
  }),
  byHand('plants a device beside', (world) => {
    world.tailnet.add('a-laptop', deviceTag('aura'));
    return true;
  }),
];

/** Reviews what is proposed: orphans go or stay undecided, removed files come back. */
export function reviews(world: FakeWorld, destroy: boolean): string | null {
  const told: string[] = [];
  for (const proposal of world.forge.open()) {
    const tree = world.git.tip(proposal.head)?.tree ?? new Map<string, string>();
    const edits = [...tree]
      .filter(([path]) => path.startsWith('orphans/') && destroy)
      .map(([path, text]) => [path, text.replace('decision: undecided', 'decision: destroy')]);
    if (edits.length > 0)
      world.git.add(proposal.head, { subject: 'Decided', edits: Object.fromEntries(edits) });
    world.forge.merge(proposal.number);
    told.push(proposal.title);
  }
  return told.length === 0 ? null : `merges ${told.join(', ')}`;
}

/** A person looks at what the limits refused, and approves exactly that. */
export function approves(world: FakeWorld, { refused }: Plan): string | null {
  if (refused.length === 0) return null;
  const entries = refused.flatMap(({ change }) => {
    if (change.kind !== 'retire' && change.kind !== 'replace' && change.kind !== 'rollback')
      return [];
    const server = change.kind === 'retire' ? (change.servers[0] ?? '') : change.server;
    return [{ agent: change.agent, server, file: change.basis.file, change: change.kind }];
  });
  const approval = { apiVersion: 'aura.dev/v1', kind: 'Approval', entries } as const;
  const number = world.forge.proposals.length + 1;
  const head = `approve-${number}`;
  const edits = { [`approvals/${number}.yaml`]: renderApprovalFile(approval) };
  world.git.branches.set(head, world.git.branches.get('main') ?? '');
  world.git.add(head, { subject: 'Approved', edits });
  world.forge.proposals.push({
    number,
    head,
    base: 'main',
    title: `Approve ${entries.length}`,
    body: '',
    state: 'open',
    commit: null,
    mergedAt: null,
    mergedBy: null,
    onto: null,
    approvedBy: [],
  });
  world.forge.merge(number);
  return `approves ${entries.length}`;
}

/** What was merged undecided is decided in the end. */
export function decidesOrphans(world: FakeWorld): void {
  const edits = [...(world.git.tip('main')?.tree ?? [])]
    .filter(([path, text]) => path.startsWith('orphans/') && text.includes('decision: undecided'))
    .map(([path, text]) => [path, text.replace('decision: undecided', 'decision: destroy')]);
  if (edits.length > 0) world.forge.mergeReviewed('Decided', Object.fromEntries(edits));
}

const acts: readonly (readonly [weight: number, act: Act])[] = [
  [14, pays],
  [3, cancels],
  [3, isPastDue],
  [3, buysBigger],
  [3, edited(() => ({ power: 'stopped' }))],
  [4, edited(() => ({ power: 'running' }))],
  [2, edited((world, _random, n) => ({ revision: (specOf(world, n)?.revision ?? 1) + 1 }))],
  [2, edited((_world, random) => ({ config: { model: `m${random.below(4)}` } }))],
  [
    1,
    edited((world) => ({ hold: { reason: 'wait', since: iso(world, 0), until: iso(world, 90) } })),
  ],
  [1, edited((world) => ({ retired: { at: iso(world, 0), by: 'person', reason: 'abuse' } }))],
  [1, edited(() => ({ retired: undefined }))],
  [3, reverts],
  [2, removes],
  [1, breaksFile],
  [1, halts],
  [3, resumes],
  [1, pauses],
  [3, goesOn],
  [2, takesBack],
  [2, (world, random) => reviews(world, random.below(2) === 0)],
  ...breaks.map((act) => [1, act] as const),
];
const weights = acts.reduce((sum, [weight]) => sum + weight, 0);

/** One act of somebody; what it was, or null where there was nothing to act on. */
export function act(world: FakeWorld, random: Randomness): string | null {
  let place = random.below(weights);
  const n = 1 + random.below(agentsMax);
  for (const [weight, one] of acts) {
    if (place < weight) return one(world, random, n);
    place -= weight;
  }
  return null;
}

/** Where so many files are missing that nothing is believed any more, a person brings them back. */
export function restoresFiles(world: FakeWorld, { reading }: Plan): void {
  if (reading.kind === 'complete') return;
  const tree = world.git.tip('main')?.tree ?? new Map<string, string>();
  const edits = new Map<string, string>();
  for (let n = 1; n <= agentsMax; n += 1) {
    const path = agentPath(idNo(n));
    const record = recordOf(world, n);
    if (record === null || record.gone !== undefined || tree.has(path)) continue;
    for (const commit of world.git.history('main')) {
      const text = commit.tree.get(path);
      if (text !== undefined) edits.set(path, text);
    }
  }
  if (edits.size > 0) world.git.commit('Bring back', Object.fromEntries(edits));
}

/** Files that a slip broke are put right, so that every agent has a say again. */
export function repairsFiles(world: FakeWorld): void {
  for (const [path, text] of world.git.tip('main')?.tree ?? []) {
    if (parseAgentId(path.slice(-21, -5)) !== null && text.includes('powr: '))
      world.git.commit('Put right', { [path]: text.replace('powr: ', 'power: ') });
  }
}
