/**
 * What git alone tells about agents: `history`, `audit` and, offline, `explain`, of a repository
 * that a story made with the real Terraform. The texts are golden, with times and ids normalised.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import { until } from '../support/until.ts';
import { type Customer, policyText, toolsHere } from './fleet-world.ts';
import { draft, tip } from './git-world.ts';
import { type ServedWorld, startServedWorld } from './served-world.ts';

const run = promisify(execFile);
const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

type Entry = Record<string, unknown> & { kind: string; differences: { field: string }[] };

/** What differs between two plays of the same story. */
function normalised(text: string): string {
  return (
    text
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
      .replaceAll(/\b[0-9a-f]{10,40}\b/g, 'OID')
      .replaceAll(/\blocal-[\w-]+\/1/g, 'RUN/1')
      .replaceAll(/\bevt_\w+/g, 'evt_')
      .replaceAll(
        /\bby \w+, written by Aura, cause stop/g,
        'by PERSON, written by Aura, cause stop',
      )
      // Two creates at once may take each other's place.
      .replaceAll(/\b(198\.18|100\.64)\.[\d.]+\b/g, 'ADDRESS')
      .replaceAll(/(server:? (no longer )?)\d+/g, '$1ID')
      .replaceAll(/\b\d+ s\b/g, 'N s')
      // Of other changes than a create only those steps are known that a commit has shown.
      .replaceAll(/^( {4}steps: lease N s, )(?!vm).*$/gm, '$1…')
  );
}

describe('the life of agents', { skip }, () => {
  let world: ServedWorld;
  let folder: string;
  let ada: Customer;
  let ben: Customer;
  let env: Record<string, string> = {};

  const fine = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await aura(args, env);
    assert.equal(code, 0, `${args.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  };
  const clone = () => join(folder, 'clone');
  const inClone = async (...args: readonly string[]) => (await aura(args, {}, clone())).stdout;

  /** Times of commits are whole seconds: what follows is later than what was committed so far. */
  async function laterSecond(): Promise<void> {
    const second = Math.floor(Date.now() / 1000);
    await until('the next second', () => Math.floor(Date.now() / 1000) > second);
  }

  type Explained = { what: string; now: Entry; offline: Entry; text: string };
  const explanations: Explained[] = [];
  /** By everything that a run reads, and by a clone of the repository alone. */
  async function explain(what: string, { id }: Customer): Promise<void> {
    const place = join(folder, `clone-${explanations.length}`);
    await run('git', ['clone', '--quiet', env['AURA_REPOSITORY_URL'] ?? '', place]);
    const now = (await auraJson(['explain', id], env)).document as Entry;
    const offline = (await auraJson(['explain', id, '--clone', place])).document as Entry;
    const text = (await aura(['explain', id], {}, place)).stdout;
    explanations.push({ what, now, offline, text });
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-life-'));
    world = await startServedWorld({ seed: 31, rate: 60, policy: policyText });
    env = world.env;
    await fine('init');
    ada = await world.pay('starter', 'eu-central');
    await explain('paid, no run yet', ada);
    ben = await world.pay('pro', 'us-east');
    await fine('reconcile');
    await laterSecond();
    await explain('runs', ada);
    await fine('stop', ada.id, '--reason', 'too loud');
    await explain('asked to stop', ada);
    await fine('reconcile');
    await laterSecond();
    const person = world.person();
    const main = await tip(person);
    const path = agentPath(ada.id);
    const text = (await main.read(path))?.text.replace('power: stopped', 'power: running') ?? '';
    await person.push('main', main, [draft('Let it run', { [path]: text })]);
    await world.cancel(ben);
    await fine('reconcile');
    await laterSecond();
    await explain('canceled, within the grace', ben);
    world.cloud.world.clock.advance(7200);
    await fine('reconcile');
    await laterSecond();
    await fine('reconcile');
    await laterSecond();
    await explain('gone', ben);
    await run('git', ['clone', '--quiet', env['AURA_REPOSITORY_URL'] ?? '', clone()]);
  });
  after(async () => {
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('history tells it from the first payment to the last server', async (t) => {
    const lives = [await fine('history', ada.id), await fine('history', ben.id)];
    t.assert.snapshot(normalised(lives.join('\n')), { serializers: [String] });
  });

  test('explain by a clone alone says why, and what would change it', (t) => {
    const texts = explanations.map(({ what, text }) => `## ${what}\n\n${text}`);
    t.assert.snapshot(normalised(texts.join('\n')), { serializers: [String] });
  });

  test('and it says what a reading of everything says', () => {
    const rowOf = ({ row }: Entry) => (row as { name: string }).name;
    for (const { what, now, offline } of explanations) {
      assert.equal(rowOf(offline), rowOf(now), what);
      assert.deepEqual([now['notLookedAt'], now['record']], [[], offline['record']], what);
    }
  });

  test('a clone tells the same, without a setting and without a network', async () => {
    for (const { id } of [ada, ben]) {
      assert.equal(await inClone('history', id), await fine('history', id));
      assert.equal(await inClone('audit', '--agent', id), await fine('audit', '--agent', id));
    }
    const elsewhere = await aura(['history', ada.id, '--clone', clone()], env);
    assert.equal(elsewhere.stdout, await fine('history', ada.id));
  });

  test('as a document: each event, commit, person, plan, run, step and cost', async () => {
    const { document } = await auraJson(['history', ada.id], env);
    const entries = document['entries'] as readonly Entry[];
    const kinds = entries.map(({ kind, who, change }) => [kind, who ?? change ?? '']);
    assert.deepEqual(kinds.slice(0, 4), [
      ['decision', 'Stripe'],
      ['work', 'create'],
      ['decision', kinds[2]?.[1]],
      ['work', 'power'],
    ]);
    const create = entries[1] ?? assert.fail();
    assert.match(String(create['plan']), /^[0-9a-f]{12}$/);
    assert.match(String(create['run']), /^local-/);
    assert.deepEqual(
      (create['steps'] as { step: string }[]).map(({ step }) => step),
      ['lease', 'vm', 'boot', 'configure', 'join', 'verify'],
    );
    assert.ok(create.differences.some(({ field }) => field === 'cost'));
    const newest = (await auraJson(['history', '--max', '3'], env)).document['entries'];
    assert.equal((newest as readonly Entry[]).length, 3);
    const last = await auraJson(['history', ada.id, '--max', '2'], env);
    assert.deepEqual(last.document['entries'], entries.slice(-2));
    assert.match(await fine('history', ada.id, '--max', '1'), /^\d+ older entries are left out/);
  });

  test('of an agent that nothing is about, or where there is no clone, it is an error', async () => {
    const unknown = await auraJson(['history', 'agt-000000000000'], env);
    assert.match(JSON.stringify(unknown.document), /"NotFound".*no commit of main or status/);
    const nowhere = await aura(['history', ada.id], {}, folder);
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /AURA_REPOSITORY_URL is not set, and this folder is no clone/);
    const shallow = join(folder, 'shallow');
    const url = env['AURA_REPOSITORY_URL'] ?? '';
    await run('git', ['clone', '--quiet', '--depth=1', '--no-single-branch', url, shallow]);
    const { stderr } = await aura(['history', ada.id, '--clone', shallow]);
    assert.match(stderr, /has no whole history: run `git fetch --unshallow`/);
  });

  test('audit: the decisions since a time, as a document and as values for a spreadsheet', async () => {
    const { document } = await auraJson(['audit', '--since', '2026-02-01'], env);
    const entries = document['entries'] as readonly Entry[];
    const all = (await auraJson(['audit'], env)).document['entries'] as readonly Entry[];
    assert.equal(all.length, entries.length + 1, 'the template is older');
    const later = await auraJson(['audit', '--since', '2999-01-01T00:00:00Z'], env);
    assert.deepEqual(later.document, { ok: true, entries: [] });

    const [head, ...rows] = (await fine('audit', '--since', '2026-02-01', '--csv'))
      .trim()
      .split('\r\n');
    assert.equal(
      head,
      'at,commit,agents,subject,who,author,cause,stripe_events,request,reason,paths',
    );
    assert.equal(rows.length, entries.length);
    assert.match(
      rows.at(-1) ?? '',
      new RegExp(`,${ada.id},.*,Stripe,Aura,created,evt_\\w+,,,agents/`),
    );
    assert.ok(rows.some((row) => /,Olga Operator,Olga Operator,test,/.test(row)));
    assert.ok(rows.some((row) => /,Aura,stop,,,too loud,/.test(row)));
  });

  test('a stop, and a branch that the clone lacks, are shown', async () => {
    const { stdout } = await aura(['explain', ada.id, '--offline'], env, clone());
    assert.doesNotMatch(stdout, /fleet is stopped|no branch status/);
    await run('git', ['branch', 'stop/now', 'origin/main'], { cwd: clone() });
    await run('git', ['update-ref', '-d', 'refs/remotes/origin/status'], { cwd: clone() });
    const less = await aura(['explain', ada.id, '--offline'], env, clone());
    assert.match(less.stdout, /the fleet is stopped: stop\/now: /);
    assert.match(less.stdout, /Not looked at\n {2}records: there is no branch status here/);
  });
});
