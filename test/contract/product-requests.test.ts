/**
 * The requests of the product's adapters to Stripe, GitHub and Tailscale, against their published
 * APIs: each method of the three ports runs with a recording forwarder to the local cloud.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import Stripe from 'stripe';
import { parse } from 'yaml';
import { openPorts } from '../../reconciler/app/main.ts';
import type { Forge } from '../../reconciler/ports/forge.ts';
import type { Ports } from '../../reconciler/ports/ports.ts';
import type { Tailnet } from '../../reconciler/ports/tailnet.ts';
import { idNo } from '../builders/world.ts';
import { createFakeLog } from '../fakes/log.ts';
import { commitFiles, startGithubWorld } from '../local-cloud/github/github-world.ts';
import { secretKey, startStripe, webhookSecret } from '../local-cloud/stripe/stripe-world.ts';
import { clientTool } from '../support/clients.ts';
import { type Description, describedBy } from '../support/described.ts';
import { readOpenapi } from '../support/openapi.ts';
import { type Drives, driveAll, type Sent } from '../support/port-drives.ts';
import { type Exchange, type Recording, startRecording } from '../support/recording.ts';
import { readStripeOpenapi } from '../support/stripe-openapi.ts';
import { startTailscaleApi, type TailscaleApi } from '../support/tailscale-api.ts';
import { tailscaleDescription, withIdsAlone } from '../support/tailscale-description.ts';
import { billingDrives } from './billing-drives.ts';

type Judged = 'billing' | 'forge' | 'tailnet';

async function open<Name extends Judged>(
  name: Name,
  env: Readonly<Record<string, string>>,
): Promise<Pick<Ports, Name>> {
  return (await openPorts(env, [name], { log: createFakeLog([]) })).ports;
}

const all = (sent: Sent): readonly Exchange[] => [...sent.values()].flat();
const silent = (sent: Sent) => [...sent].filter(([, exchanges]) => exchanges.length === 0);

describe('requests to Stripe', () => {
  const file = clientTool('stripeOpenapi');
  const skip = 'skip' in file && file.skip;
  let world: Awaited<ReturnType<typeof startStripe>>;
  let recording: Recording;
  let sent: Sent;
  let description: Description;
  before(async () => {
    if (!('path' in file)) return;
    description = describedBy(JSON.parse(readFileSync(file.path, 'utf8')));
    world = await startStripe();
    recording = await startRecording(world.url);
    const { billing } = await open('billing', {
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      STRIPE_API_BASE: recording.url,
    });
    sent = await driveAll(billing, billingDrives(world), recording);
  });
  after(async () => {
    await recording?.close();
    await world?.close();
  });

  it('come from every method but the one that only checks a signature', { skip }, () => {
    assert.deepEqual(silent(sent), [['verify', []]]);
  });

  it('are in its OpenAPI document, and so are the answers', { skip }, () => {
    if (!('path' in file)) return;
    const published = readStripeOpenapi(file.path);
    for (const exchange of all(sent)) {
      assert.deepEqual(description.problemsOfRequest(exchange), []);
      const { method, path, query, body: form, status, answer } = exchange;
      const url = query === '' ? path : `${path}?${query}`;
      const answered = { method, url, form, status, body: JSON.parse(answer) };
      assert.deepEqual(published.problems(answered), []);
    }
  });

  it('have the API version that the package pins, and its user agent', { skip }, () => {
    for (const { headers, path } of all(sent)) {
      assert.equal(headers['stripe-version'], Stripe.API_VERSION, path);
      assert.equal(headers['authorization'], 'Bearer');
    }
  });

  it('have an idempotency key wherever they change something', { skip }, () => {
    const writes = all(sent).filter(({ method }) => method !== 'GET');
    const keys = writes.map(({ headers }) => headers['idempotency-key'] ?? '');
    assert.deepEqual(keys.map((key) => key.replace(/in_\w+/, 'in_X')).sort(), [
      `${idNo(1)}/1/cancel`,
      `${idNo(1)}/1/pause`,
      `${idNo(1)}/1/refund-part/in_X`,
      `${idNo(1)}/1/refund/in_X`,
      `${idNo(1)}/1/resume`,
    ]);
  });

  it('would be detected if they were wrong', { skip }, () => {
    const listing = one(sent, 'subscriptionIdsOf');
    objects(description, { ...listing, query: 'stauts=all' }, /query .*stauts/);
    objects(description, { ...listing, query: 'limit=many' }, /query limit must be integer/);
    objects(description, { ...listing, query: 'automatic_tax[on]=1' }, /required .*'enabled'/);
    objects(description, { ...listing, path: '/v1/subscribers' }, /not described/);
    objects(description, { ...listing, method: 'PATCH' }, /not described/);
    const posted = all(sent).find(({ method }) => method === 'POST') ?? assert.fail();
    const update = { ...posted, path: '/v1/subscriptions/sub_1' };
    const body = (form: string) => ({ ...update, body: form });
    objects(description, body('pause_collection[behavior]=stop'), /behavior .*allowed values/);
    objects(description, body('pause_collection[behaviour]=void'), /behaviour/);
    objects(description, body('pause_collection[resumes_at]=1'), /required .*'behavior'/);
    objects(description, body('cancel_at_period_end=soon'), /must be boolean/);
    objects(description, body('expand=latest_invoice'), /expand must be array/);
    const headers = { ...update.headers, 'content-type': 'application/json' };
    objects(description, { ...update, headers }, /application\/json is not described/);
  });
});

describe('requests to GitHub', () => {
  const file = clientTool('githubOpenapi');
  const skip = 'skip' in file && file.skip;
  let world: Awaited<ReturnType<typeof startGithubWorld>>;
  let recording: Recording;
  let sent: Sent;
  let asApp: readonly Exchange[];
  let description: Description;
  const repo = { owner: 'aura', repo: 'agents' };
  before(async () => {
    if (!('path' in file)) return;
    description = describedBy(JSON.parse(readFileSync(file.path, 'utf8')));
    world = await startGithubWorld();
    recording = await startRecording(world.url);
    const env = { GITHUB_REPOSITORY: 'aura/agents', GITHUB_API_URL: recording.url };
    const { forge } = await open('forge', { ...env, GITHUB_TOKEN: world.github.token });
    sent = await driveAll(forge, drives, recording);
    const permissions = { pull_requests: 'read', metadata: 'read' } as const;
    const app = world.github.installApp({ slug: 'fleet', permissions });
    const login = { GITHUB_APP_ID: String(app.id), GITHUB_APP_PRIVATE_KEY: app.privateKey };
    await (await open('forge', { ...env, ...login })).forge.openProposal('nothing');
    asApp = recording.take();
  });
  after(async () => {
    await recording?.close();
    await world?.close();
  });

  async function branch(head: string) {
    await commitFiles(world.repository, head, { [head]: '1\n' }, 'main');
    return { head, base: 'main', label: 'aura/test', title: head, body: 'why' };
  }
  const drives: Drives<Forge> = {
    now: (forge) => forge.now(),
    // Known from the answer to `now`.
    tokenEnds: (forge) => forge.tokenEnds(),
    openProposal: (forge) => forge.openProposal('nothing'),
    async propose(forge) {
      const asked = await branch('aura/orphans');
      await forge.propose(asked);
      await forge.propose({ ...asked, title: 'again' });
    },
    closedProposal: (forge) => forge.closedProposal('nothing'),
    closeProposal: async (forge) =>
      forge.closeProposal((await forge.propose(await branch('aura/closed'))).number),
    sidesOf: async (forge) =>
      forge.sidesOf((await forge.propose(await branch('aura/sides'))).number),
    async keepComment(forge) {
      const { number } = await forge.propose(await branch('aura/checked'));
      const keep = (body: string) => forge.keepComment(number, { marker: '-', body });
      await keep('- one');
      await keep('- two');
    },
    async mergedProposalOf(forge) {
      const { number } = await forge.propose(await branch('aura/merged'));
      const review = { ...repo, pull_number: number, event: 'APPROVE' } as const;
      await world.operator.rest.pulls.createReview(review);
      const { data } = await world.operator.rest.pulls.merge({ ...repo, pull_number: number });
      assert.deepEqual((await forge.mergedProposalOf(data.sha))?.approvedBy, ['olivia']);
    },
    async membersOf(forge) {
      world.github.setTeam('operators', ['olivia']);
      assert.deepEqual(await forge.membersOf('aura/operators'), ['olivia']);
    },
    mayWrite: (forge) => Promise.all(['olivia', 'stranger'].map(forge.mayWrite)),
    async runState(forge) {
      const run = world.github.actions().startRun('apply.yml', 'repository_dispatch');
      assert.equal(await forge.runState({ id: String(run), attempt: 1 }), 'running');
      assert.equal(await forge.runState({ id: '7', attempt: 1 }), 'unknown');
    },
    async lastSuccessfulRun(forge) {
      const { startRun, finishRun } = world.github.actions();
      finishRun(startRun('reconcile.yml', 'schedule'), 'success');
      assert.notEqual(await forge.lastSuccessfulRun('reconcile.yml'), null);
    },
    async minutesUsed(forge) {
      const period = { from: '2026-01-01T00:00:00.000Z', until: '2028-01-01T00:00:00.000Z' };
      assert.ok((await forge.minutesUsed(period)) > 0);
    },
    activeRuns: (forge) => forge.activeRuns('reconcile.yml'),
    dispatch: (forge) => forge.dispatch('reconcile', { reason: 'push' }),
  };

  it('come from every method but the one that repeats what an answer said', { skip }, () => {
    assert.deepEqual(silent(sent), [['tokenEnds', []]]);
  });

  it('are in its OpenAPI document, and so are the answers', { skip }, () => {
    if (!('path' in file)) return;
    const published = readOpenapi(file.path);
    for (const exchange of [...all(sent), ...asApp]) {
      const { method, path, status, answer } = exchange;
      assert.deepEqual(description.problemsOfRequest(exchange), []);
      const body: unknown = answer === '' ? null : JSON.parse(answer);
      const problem = published.problemWith({ method, path: decodeURI(path), status, body });
      assert.equal(problem, null);
    }
  });

  it('name a program, which GitHub requires, and are never anonymous', { skip }, () => {
    for (const { headers, path } of [...all(sent), ...asApp]) {
      assert.match(headers['user-agent'] ?? '', /^aura/, path);
      assert.match(headers['accept'] ?? '', /^application\/vnd\.github(\.v3)?\+json$/, path);
      assert.match(headers['authorization'] ?? '', /^(token|Bearer)$/, path);
    }
  });

  it('by an App are for a token of the one repository first', { skip }, () => {
    const asked = asApp.map(({ method, path }) => `${method} ${path.replace(/\d+/, 'ID')}`);
    assert.deepEqual(asked, [
      'GET /repos/aura/agents/installation',
      'POST /app/installations/ID/access_tokens',
      'GET /repos/aura/agents/pulls',
    ]);
    assert.deepEqual(JSON.parse(asApp[1]?.body ?? ''), { repositories: ['agents'] });
  });

  it('would be detected if they were wrong', { skip }, () => {
    const listing = one(sent, 'openProposal');
    objects(description, { ...listing, query: 'sate=open' }, /query .*sate/);
    objects(description, { ...listing, query: 'state=opened' }, /state .*allowed values/);
    objects(description, { ...listing, query: 'per_page=all' }, /per_page must be integer/);
    objects(description, { ...listing, path: '/repos/aura/agents/pull' }, /not described/);
    const run = one(sent, 'runState');
    const path = run.path.replace(/\d+$/, 'latest');
    objects(description, { ...run, path }, /path run_id must be integer/);
    const dispatch = one(sent, 'dispatch');
    const body = (value: unknown) => ({ ...dispatch, body: JSON.stringify(value) });
    objects(description, body({ client_payload: {} }), /required .*'event_type'/);
    objects(description, body({ event_type: 7 }), /event_type must be string/);
    objects(description, body({ event_type: 'due', payload: {} }), /payload/);
    const crowd = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`p${n}`, 'x']));
    objects(description, body({ event_type: 'due', client_payload: crowd }), /client_payload/);
    objects(description, { ...dispatch, body: '' }, /body is missing/);
    objects(description, { ...dispatch, body: '{' }, /body must be object/);
  });
});

describe('requests to Tailscale', () => {
  const file = tailscaleDescription();
  const skip = 'skip' in file && file.skip;
  const fleet = { fleet: 'aura', agent: idNo(1) };
  let world: TailscaleApi;
  let recording: Recording;
  let sent: Sent;
  let description: Description;
  before(async () => {
    if (!('path' in file)) return;
    description = describedBy(parse(readFileSync(file.path, 'utf8')), '/api/v2');
    world = await startTailscaleApi();
    recording = await startRecording(world.api.url, withIdsAlone);
    const { tailnet } = await open('tailnet', {
      TAILSCALE_OAUTH_CLIENT_ID: 'client',
      TAILSCALE_OAUTH_CLIENT_SECRET: 'tskey-client-secret',
      TAILSCALE_TAILNET: '-',
      TAILSCALE_BASE_URL: recording.url,
    });
    sent = await driveAll(tailnet, drives, recording);
  });
  after(async () => {
    await recording?.close();
    await world?.close();
  });

  async function join(tailnet: Tailnet): Promise<string> {
    const { secret: authKey } = await tailnet.createKey({ ...fleet, seconds: 600 });
    const device = world.part.tailnet.join({ authKey, hostname: 'host', machine: authKey });
    return device?.nodeId ?? assert.fail('the key opens nothing');
  }
  const drives: Drives<Tailnet> = {
    devices: (tailnet) => tailnet.devices('aura'),
    nodeIds: (tailnet) => tailnet.nodeIds('aura'),
    async device(tailnet) {
      assert.ok(await tailnet.device(await join(tailnet)));
      assert.equal(await tailnet.device('nGone'), null);
    },
    createKey: (tailnet) => tailnet.createKey({ ...fleet, seconds: 600 }),
    createRunKey: (tailnet) => tailnet.createRunKey({ ...fleet, seconds: 600 }),
    keys: async (tailnet) => assert.ok((await tailnet.keys('aura')).length > 0),
    async revokeKey(tailnet) {
      await tailnet.revokeKey((await tailnet.createKey({ ...fleet, seconds: 600 })).id);
    },
    allows: (tailnet) => tailnet.allows({ from: 'tag:aura', to: 'tag:aura', port: 22 }),
    disableKeyExpiry: async (tailnet) => tailnet.disableKeyExpiry(await join(tailnet)),
    setTags: async (tailnet) => tailnet.setTags(await join(tailnet), ['tag:aura-isolated']),
    rename: async (tailnet) => tailnet.rename(await join(tailnet), idNo(1)),
    async deleteDevice(tailnet) {
      await tailnet.deleteDevice(await join(tailnet));
    },
  };
  const isToken = ({ path }: Exchange) => path === '/api/v2/oauth/token';

  it('come from every method, and read keys one by one where necessary', { skip }, () => {
    assert.deepEqual(silent(sent), []);
    const paths = sent.get('keys')?.map(({ path }) => path) ?? [];
    assert.ok(paths.length > 1 && paths.slice(1).every((path) => /keys\/[^/]+$/.test(path)));
  });

  it('are in its OpenAPI document, and so are the answers', { skip }, () => {
    for (const exchange of all(sent).filter((one) => !isToken(one))) {
      assert.deepEqual(description.problemsOfRequest(exchange), []);
      assert.deepEqual(description.problemsOfAnswer(exchange), []);
      assert.equal(exchange.headers['authorization'], 'Bearer');
    }
  });

  it('include one for a token, which the document leaves out, in the form of OAuth', {
    skip,
  }, () => {
    const [token, ...others] = all(sent).filter(isToken);
    assert.ok(token !== undefined && others.length === 0, 'one for all');
    const type = 'application/x-www-form-urlencoded';
    assert.deepEqual([token.method, token.headers['content-type']?.split(';')[0]], ['POST', type]);
    const fields = new URLSearchParams(token.body);
    assert.deepEqual([...fields.keys()].sort(), ['client_id', 'client_secret', 'grant_type']);
    assert.equal(fields.get('grant_type'), 'client_credentials');
  });

  it('would be detected if they were wrong', { skip }, () => {
    const listing = one(sent, 'keys');
    objects(description, { ...listing, query: 'everything=true' }, /query .*everything/);
    objects(description, { ...listing, query: 'all=yes' }, /query all must be boolean/);
    objects(description, { ...listing, path: '/api/v2/keys' }, /not described/);
    objects(description, { ...listing, path: '/tailnet/-/keys' }, /not described/);
    objects(description, { ...listing, method: 'PATCH' }, /not described/);
    const made = one(sent, 'createKey');
    const asked = JSON.parse(made.body);
    const body = (value: object) => ({ ...made, body: JSON.stringify({ ...asked, ...value }) });
    objects(description, body({ expirySecs: 600 }), /expirySecs/);
    objects(description, body({ expirySeconds: '600' }), /expirySeconds must be integer/);
    objects(description, body({ keyType: 'machine' }), /keyType .*allowed values/);
    const create = { ...asked.capabilities.devices.create, tag: 'tag:aura' };
    objects(description, body({ capabilities: { devices: { create } } }), /create .*: tag/);
    const device = one(sent, 'device', 1);
    const answer = JSON.stringify({ ...JSON.parse(device.answer), authorized: 'yes' });
    const problems = description.problemsOfAnswer({ ...device, answer });
    assert.match(problems.join('\n'), /authorized must be boolean/);
  });
});

/** Every one of the changed requests has to be objected to, for its own reason. */
function objects(description: Description, exchange: Exchange, reason: RegExp): void {
  assert.match(description.problemsOfRequest(exchange).join('\n'), reason);
}

function one(sent: Sent, method: string, place = 0): Exchange {
  const exchanges = (sent.get(method) ?? []).filter(({ path }) => !path.includes('/oauth/'));
  return exchanges[place] ?? assert.fail(`${method} sent less`);
}
