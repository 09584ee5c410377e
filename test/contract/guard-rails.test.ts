/**
 * Mistakes that concern all agents at once: a thousand agents on the local cloud, over HTTP and
 * real git. Each of these ends and replaces no agent, and is reported clearly. Each test is a
 * machine without any cache of the fleet.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { createCloud } from '../../reconciler/adapters/hetzner/cloud.ts';
import { finalizeNeedsAttention, finalizeText } from '../../reconciler/app/cli/text/applied.ts';
import { roleVersionOf } from '../../reconciler/app/main/role-version.ts';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { parsePolicy } from '../../reconciler/core/agent/policy.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import { isChangeThat } from '../../reconciler/core/fleet/change-kinds.ts';
import { needsAttention, type Plan } from '../../reconciler/core/plan/plan.ts';
import { reportText } from '../../reconciler/core/status/report.ts';
import type { FinalizeReport } from '../../reconciler/flows/reconcile/finalize/finalize.ts';
import { agentNumber, createFileText } from '../../scripts/bench/reconcile-agents.ts';
import { fillFleet } from '../../scripts/bench/reconcile-fill.ts';
import { importFiles } from '../../scripts/bench/reconcile-import.ts';
import { type StateListing, startStateListing } from '../../scripts/bench/reconcile-states.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import { createFakeLog, type LogLine } from '../fakes/log.ts';
import {
  type FleetPorts,
  type FleetWorld,
  policyText,
  startFleetWorld,
  toolsHere,
} from './fleet-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const agents = 1000;

describe('a fleet of a thousand survives', { skip }, () => {
  let world: FleetWorld;
  let listing: StateListing;
  let ports: FleetPorts;
  let main: string;
  let there: readonly number[];
  /** the outcome of finalize in the last run */
  let report: FinalizeReport;

  before(async () => {
    world = await startFleetWorld({ seed: 21, rate: 1, policy: policyText });
    const { world: parts } = world.cloud;
    listing = await startStateListing(() => {});
    const parsed = parsePolicy(await parts.repository.git(['show', 'main:policy.yaml']));
    assert.ok(parsed.ok);
    const roleVersion = await roleVersionOf();
    listing.fill(await fillFleet(parts, parsed.value, { agents, sample: 0, roleVersion }));
    main = (await world.main()).commit;
    there = world.servers().map(({ id }) => id);
  });
  after(async () => {
    await world?.close();
    await listing?.close();
  });
  beforeEach(async () => {
    ports = await newcomer();
    world.cloud.world.ledger.clear();
  });
  afterEach(async () => {
    world.cloud.world.faults.clear();
    await world.github('PATCH', '/git/refs/heads/main', { sha: main, force: true });
    // The project's requests of the hour are allowed again.
    world.cloud.world.clock.advance(3600);
  });

  /** Its waits move the world's time: no test sleeps. */
  async function newcomer(options: { endpoint?: string; token?: string } = {}) {
    const opened = await world.open({ AWS_ENDPOINT_URL_S3: listing.url });
    const { clock } = world.cloud.world;
    const cloud = createCloud({
      endpoint: world.env['HCLOUD_ENDPOINT'] ?? assert.fail(),
      token: world.env['HCLOUD_TOKEN'] ?? assert.fail(),
      clock: { now: () => clock.now(), wait: async (ms) => clock.advance(ms / 1000) },
      random: () => 0,
      ...options,
    });
    return { ...opened, cloud };
  }

  /** Applied as well as planned: a plan alone would prove too little. */
  async function reconciled(): Promise<Plan> {
    const { plan, finalized } = await world.reconcile(ports);
    report = finalized;
    noAgentEnds(plan);
    return plan;
  }
  function noAgentEnds({ changes, deferred }: Plan): void {
    const all = [...changes, ...deferred.map(({ change }) => change)];
    assert.deepEqual(
      all.filter((change) => isChangeThat(change, 'ends')),
      [],
    );
    nothingWentAway();
  }
  function nothingWentAway(): void {
    const ids = world.servers().map(({ id }) => id);
    assert.deepEqual(ids, there);
    const { ledger } = world.cloud.world;
    const isMade = (route: string) => /^DELETE |^POST \/v1\/servers$|rebuild/.test(route);
    assert.equal(ledger.total('hetzner', isMade) + ledger.total('tailscale', isMade), 0);
    assert.equal(world.cloud.world.tailscale.tailnet.devices.size, agents);
  }
  async function stops(reason: Failure['reason'], word: RegExp): Promise<void> {
    await assert.rejects(
      world.reconcile(ports),
      (thrown) =>
        thrown instanceof Failure && thrown.reason === reason && word.test(thrown.message),
    );
    nothingWentAway();
  }

  test('no mistake: it is converged to begin with', async () => {
    const plan = await reconciled();
    assert.deepEqual([plan.reading.kind, plan.changes, plan.removed], ['complete', [], []]);
    assert.equal(plan.counts.servers, agents);
  });

  test('a listing that answers 200 and is empty', async () => {
    world.cloud.world.faults.add({
      api: 'hetzner',
      kind: 'empty',
      path: '/v1/servers',
      times: 1000,
    });
    const plan = await reconciled();
    assert.match(
      reportText(plan),
      /PARTIAL READING: nothing is created or destroyed: .*1000 of 1000 recorded servers are not in/,
    );
    assert.ok(needsAttention(plan));
  });

  test('a page that breaks off half way, at every request', async () => {
    const proxy = await startProxy((page) => (page === 7 ? 'half' : 'whole'));
    ports = await newcomer({ endpoint: `${proxy.url}/v1` });
    assert.match(
      reportText(await reconciled()),
      /PARTIAL READING: nothing is created or destroyed: .*servers: page 7 is missing/,
    );
    await proxy.close();
  });

  test('pages that shift with every reading', async () => {
    // Another server of this fleet comes and goes between the pages: so each reading tells of a
    // different number.
    let reads = 0;
    const proxy = await startProxy((page) => {
      reads += 1;
      return page === 9 ? (reads % 2 === 0 ? 'lessByOne' : 'lessByTwo') : 'whole';
    });
    ports = await newcomer({ endpoint: `${proxy.url}/v1` });
    assert.match(
      reportText(await reconciled()),
      /PARTIAL READING: nothing is created or destroyed: .*servers: it shifted while it was read/,
    );
    await proxy.close();
  });

  test('a storm of 429 without an end', async () => {
    world.cloud.world.faults.add({ api: 'hetzner', kind: 'status', status: 429, times: 100_000 });
    await stops('RateLimited', /./);
  });

  test('a storm of 429 that ends: it is waited out, and the reading is complete', async () => {
    world.cloud.world.faults.add({ api: 'hetzner', kind: 'status', status: 429, times: 3 });
    const plan = await reconciled();
    assert.deepEqual([plan.reading.kind, plan.changes], ['complete', []]);
  });

  test('a token that is refused', async () => {
    ports = await newcomer({ token: 'x'.repeat(64) });
    await stops('Unauthorized', /./);
  });

  test('an unreadable catalog', async () => {
    await world.commit({ 'catalog.yaml': 'plans: [' });
    await stops('InvalidInput', /catalog\.yaml/);
  });

  test('a catalog whose image changed', async () => {
    const text = (await (await world.main()).read('catalog.yaml'))?.text ?? assert.fail();
    await world.commit({ 'catalog.yaml': text.replace('image: debian-12', 'image: debian-13') });
    const plan = await reconciled();
    assert.deepEqual([plan.changes, plan.refused, plan.deferred], [[], [], []]);
    assert.match(reportText(plan), /Nothing to change/);
  });

  test('a main that was force-pushed: a process that had read it stops, another ends no agent', async () => {
    await ports.state.fetch('main');
    const known = await reconciled();
    assert.deepEqual(known.changes, []);
    const { gitDir } = world.cloud.world.repository;
    const fileText = createFileText();
    const kept = Array.from({ length: agents - 6 }, (_, n) => agentNumber(n));
    const now = await world.main();
    const others = await Promise.all(
      ['catalog.yaml', 'policy.yaml'].map(
        async (path) => [path, (await now.read(path))?.text ?? ''] as const,
      ),
    );
    const files = [...others, ...kept.map((one) => [agentPath(one.id), fileText(one)] as const)];
    await importFiles(gitDir, 'older', { files, subject: 'Another history' });
    const sha = await world.cloud.world.repository.git(['rev-parse', 'refs/heads/older']);
    await world.github('PATCH', '/git/refs/heads/main', { sha, force: true });
    await assert.rejects(world.reconcile(ports), /branch main was rewritten/);
    nothingWentAway();

    const lines: LogLine[] = [];
    ports = { ...(await newcomer()), log: createFakeLog(lines) };
    const plan = await reconciled();
    assert.match(reportText(plan), /^Removed files \(6\)$/m);
    const lost = Array.from({ length: 6 }, (_, n) => agentNumber(agents - 6 + n).id).sort();
    assert.deepEqual(
      lines.filter(({ level }) => level === 'error').map(({ fields }) => fields),
      [{ agents: lost }],
    );
    assert.deepEqual(report.lost, lost);
    assert.ok(finalizeNeedsAttention(report));
    assert.match(finalizeText(report), /LOST FILES, not found in history \(6\): agt-/);
    const { records } = await ports.journal.read();
    const reasons = records.flatMap((one) =>
      one.kind === 'valid' ? one.record.conditions.map(({ reason }) => [one.id, reason]) : [],
    );
    assert.deepEqual(
      reasons,
      lost.map((id) => [id, 'FileLost']),
    );
    const env = { ...world.env, AWS_ENDPOINT_URL_S3: listing.url };
    const again = await auraJson(['reconcile'], env);
    const { finalized } = again.document as { finalized: FinalizeReport };
    assert.deepEqual([again.code, finalized.lost, finalized.statuses], [3, lost, []]);
    const shown = await aura(['status', lost[0] ?? ''], env);
    assert.equal(shown.code, 3, shown.stderr);
    assert.match(shown.stdout, /Attention +\S+ +FileLost, its file is gone from main/);
    assert.equal((await world.person().fetch('main'))?.commit, sha, 'nothing is written over it');
  });

  test('a thousand files that are deleted in one commit', async () => {
    const all = Array.from({ length: agents }, (_, n) => agentPath(agentNumber(n).id));
    const before = (await world.main()).commit;
    const commit = await world.commit(Object.fromEntries(all.map((path) => [path, null])));
    const text = reportText(await reconciled());
    assert.match(
      text,
      /PARTIAL READING: nothing is created or destroyed: files: 1000 of 1000 recorded agents have no file: a mass removal/,
    );
    assert.match(text, /^Removed files \(1000\)$/m);
    assert.equal((await world.main()).commit, commit, 'a person must restore it');
    const asked = (await world.github('GET', '/pulls?state=open')) as Pull[];
    assert.deepEqual(
      asked.map(({ title }) => title),
      ['Removed files of 1000 agents'],
    );
    const body = asked[0]?.body ?? '';
    assert.match(body, new RegExp(`git revert ${commit.slice(0, 10)}. does the same as merging`));
    assert.match(body, /… and 980 more/);
    assert.ok(body.length < 3000, `${body.length} characters are too many to read`);
    await reconciled();
    assert.deepEqual(report.proposals, [], 'it is proposed once');
    const { repository } = world.cloud.world;
    const trees = ['refs/heads/aura/removed-files^{tree}', `${before}^{tree}`];
    const [wanted, was] = await Promise.all(trees.map((one) => repository.git(['rev-parse', one])));
    assert.equal(wanted, was, 'merging it restores every file as it was');
    await world.github('PATCH', '/git/refs/heads/main', { sha: before, force: true });
    ports = await newcomer();
    await reconciled();
    assert.deepEqual(await world.github('GET', '/pulls?state=open'), []);
  });

  test('a burst of creates that are reverted: all of them are refused, and a person is asked', async () => {
    const some = Array.from({ length: 41 }, (_, n) => agentPath(agentNumber(n).id));
    await world.commit(...some.map((path) => ({ [path]: null })));
    await reconciled();
    const restored = await (await world.main()).read(some[0] ?? '');
    assert.match(restored?.text ?? '', /^ {2}retired:/m);
    await reconciled();
    world.cloud.world.clock.advance(2 * 3600);
    const plan = await reconciled();
    assert.equal(plan.refused.length, 41);
    assert.match(
      reportText(plan),
      /Refused \(41\)\n {2}burst \(41\): the ends of more agents were requested within an hour/,
    );
    const pulls = (await world.github('GET', '/pulls?state=open')) as { title: string }[];
    assert.ok(pulls.some(({ title }) => /^Approve 41 deletions/.test(title)));
  });

  type Pull = { readonly title: string; readonly body: string };
  type Page = 'whole' | 'half' | 'lessByOne' | 'lessByTwo';

  /** Between the adapter and the API: changes each page of servers. */
  async function startProxy(pageOf: (page: number) => Page) {
    const target = new URL(world.env['HCLOUD_ENDPOINT'] ?? '').origin;
    const server = createServer(async (request, response) => {
      const url = new URL(request.url ?? '/', target);
      const answer = await fetch(url, {
        method: request.method ?? 'GET',
        headers: { authorization: request.headers.authorization ?? '' },
      });
      const text = await answer.text();
      const isList = url.pathname === '/v1/servers';
      const page = isList ? pageOf(Number(url.searchParams.get('page'))) : 'whole';
      const headers = Object.fromEntries(
        [...answer.headers].filter(([name]) => /^(content-type|date|ratelimit)/.test(name)),
      );
      const body = page.startsWith('less') ? without(text, page === 'lessByOne' ? 1 : 2) : text;
      response.writeHead(answer.status, { ...headers, 'content-length': Buffer.byteLength(body) });
      if (page !== 'half') return void response.end(body);
      response.write(body.slice(0, body.length / 2), () => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      async close() {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  }
});

function without(text: string, count: number): string {
  const page = JSON.parse(text) as {
    servers: object[];
    meta: { pagination: { total_entries: number } };
  };
  page.servers.splice(0, count);
  page.meta.pagination.total_entries -= count;
  return JSON.stringify(page);
}
