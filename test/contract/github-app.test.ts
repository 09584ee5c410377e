/** The login of a GitHub App against the local cloud's GitHub, over HTTP. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { createAppToken } from '../../reconciler/adapters/github/app-token.ts';
import { createGithubForge } from '../../reconciler/adapters/github/forge.ts';
import { startGithubWorld } from '../local-cloud/github/github-world.ts';
import { clockOf } from './github-clock.ts';

const world = await startGithubWorld({ startMs: Date.now() });
const { clock, faults, github, ledger } = world;
const app = github.installApp({
  slug: 'aura-machine',
  permissions: { actions: 'read', contents: 'write', pull_requests: 'write' },
});
after(() => world.close());
beforeEach(() => faults.clear());

const login = {
  appId: String(app.id),
  privateKey: app.privateKey,
  repository: 'aura/agents',
  apiUrl: `${world.url}/`,
  clock: clockOf(world),
};
const bought = () => ledger.total('github', (route) => route.endsWith('/access_tokens'));

test('one token while it is valid, another shortly before it expires', async () => {
  const source = createAppToken(login);
  const before = bought();
  const [first, second] = await Promise.all([source.token(), source.token()]);
  assert.equal(first, second);
  assert.match(first, /^ghs_/);
  clock.advance(49 * 60);
  assert.equal(await source.token(), first);
  assert.equal(bought(), before + 1);
  clock.advance(2 * 60);
  assert.notEqual(await source.token(), first);
  assert.equal(bought(), before + 2);
});

test('the line breaks of a key may be written as two characters each', async () => {
  const privateKey = app.privateKey.replaceAll('\n', '\\n');
  assert.match(await createAppToken({ ...login, privateKey }).token(), /^ghs_/);
});

describe('the Forge by an App', () => {
  const settings = { repository: 'aura/agents', apiUrl: world.url, clock: clockOf(world) };

  test('sends requests as the App, with a fresh token where the old one is refused', async () => {
    const token = createAppToken(login);
    const forge = createGithubForge({ ...settings, token });
    assert.equal(await forge.openProposal('aura/orphans'), null);
    const revoked = await token.token();
    await world.clientOf(revoked).request('DELETE /installation/token');
    assert.equal(await forge.openProposal('aura/orphans'), null);
    assert.notEqual(await token.token(), revoked);
  });

  test('is asked once where a token of its own is refused', async () => {
    const forge = createGithubForge({ ...settings, token: 'ghp_wrong' });
    const before = ledger.total('github');
    await assert.rejects(forge.openProposal('x'), { reason: 'Unauthorized' });
    assert.equal(ledger.total('github'), before + 1);
  });

  test('the newest run of a workflow that succeeded, by its file', async () => {
    const forge = createGithubForge({ ...settings, token: createAppToken(login) });
    assert.equal(await forge.lastSuccessfulRun('reconcile.yml'), null);
    const actions = github.actions();
    const good = actions.startRun('reconcile.yml', 'schedule');
    actions.finishRun(good, 'success');
    const ended = new Date(Math.floor(clock.now() / 1000) * 1000);
    clock.advance(60);
    actions.finishRun(actions.startRun('reconcile.yml', 'schedule'), 'failure');
    actions.finishRun(actions.startRun('other.yml', 'schedule'), 'success');
    const last = await forge.lastSuccessfulRun('reconcile.yml');
    assert.equal(Date.parse(last ?? ''), ended.getTime());
  });
});

describe('a failed login has a reason, and shows no key', () => {
  const reasonOf = async (part: Partial<typeof login>) => {
    const failure = await createAppToken({ ...login, ...part })
      .token()
      .then(
        () => assert.fail('there is a token'),
        (thrown: Error & { reason?: string }) => thrown,
      );
    assert.doesNotMatch(String(failure.stack), /BEGIN|eyJ/);
    return failure.reason;
  };

  test('an unknown App, another key, another repository, an outage, a lost answer', async () => {
    const other = github.installApp({ slug: 'other', permissions: {} });
    assert.equal(await reasonOf({ appId: '4711' }), 'Unauthorized');
    assert.equal(await reasonOf({ privateKey: other.privateKey }), 'Unauthorized');
    assert.equal(await reasonOf({ repository: 'aura/elsewhere' }), 'Unauthorized');
    faults.add({ api: 'github', kind: 'status', status: 502, times: 5 });
    assert.equal(await reasonOf({}), 'ProviderOutage');
    faults.add({ api: 'github', kind: 'cut', times: 5 });
    assert.equal(await reasonOf({}), 'NetworkUnreachable');
  });

  test('is not cached: the next call tries again', async () => {
    const source = createAppToken(login);
    faults.add({ api: 'github', kind: 'status', status: 500, times: 5 });
    await assert.rejects(source.token(), { reason: 'ProviderOutage' });
    assert.match(await source.token(), /^ghs_/);
  });
});
