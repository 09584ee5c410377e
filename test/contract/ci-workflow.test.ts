/**
 * This project's own `ci.yml`, run by `act` as it is: on pushes and pull requests of a small
 * repository that has this workflow, this `.ci/run`, and one test in the place of this project's.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Run } from '../../local-cloud/github/actions-records.ts';
import { createRepository, type Repository } from '../../reconciler/adapters/git/repository.ts';
import { projectRoot } from '../support/source.ts';
import { until } from '../support/until.ts';
import {
  type ActionsWorld,
  failedLines,
  jobNamed,
  jobsOf,
  startActionsWorld,
} from './actions-world.ts';
import { draft, tip } from './git-world.ts';
import { createClient } from './github-client.ts';

const manifest = { name: 'small', private: true, scripts: { test: 'node small.mjs' } };
/** Fails where a file says so, and never ends where one says so. */
const program = `
import { existsSync } from 'node:fs';
console.log('requires ' + process.env.AURA_REQUIRE);
console.log('has', ['a', 'b', 'c', 'wrong'].filter((name) => existsSync(name)).join());
if (existsSync('endless')) setInterval(() => {}, 1000);
process.exitCode = existsSync('wrong') ? 1 : 0;
`;
/** On GitHub's runners it asks for no password; here the test is what it is. */
const sudo = '#!/bin/sh\n[ "$1" = -E ] || exit 64\nshift\nexec "$@"\n';
const here = { owner: 'aura', repo: 'agents' };

describe('ci.yml', () => {
  let world: ActionsWorld;
  let person: Repository;
  let folder: string;
  const pathBefore = process.env['PATH'];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-ci-workflow-'));
    await writeFile(join(folder, 'sudo'), sudo, { mode: 0o755 });
    process.env['PATH'] = `${folder}${delimiter}${pathBefore}`;
    const own = (path: string) => readFile(join(projectRoot, path), 'utf8');
    const ci = '.github/workflows/ci.yml';
    const none = 'on: workflow_dispatch\njobs: {none: {runs-on: x, steps: [{run: "true"}]}}\n';
    world = await startActionsWorld({
      [ci]: await own(ci),
      '.github/workflows/validate.yml': none,
      '.ci/run': await own('.ci/run'),
      'package.json': JSON.stringify(manifest),
      'small.mjs': program,
    });
    person = createRepository({
      url: world.cloud.addresses.git,
      token: null,
      folder: null,
      author: { name: 'Olga Operator', email: 'olga@example.com' },
      clock: { now: () => Date.now(), wait: async () => {} },
    });
  });
  after(async () => {
    await person?.close();
    await world?.close();
    process.env['PATH'] = pathBefore;
    await rm(folder, { recursive: true, force: true });
  });

  async function push(branch: string, file: string): Promise<void> {
    const main = await tip(person);
    const base = (await person.fetch(branch)) ?? main;
    if (branch !== 'main' && base === main) await person.createBranch(branch, main.commit);
    const on = (await person.fetch(branch)) ?? base;
    const pushed = await person.push(branch, on, [draft('An edit', { [file]: 'x\n' })]);
    assert.equal(pushed.kind, 'pushed');
  }
  async function openPull(head: string): Promise<void> {
    const { addresses, world: parts } = world.cloud;
    const olga = createClient(addresses.github, parts.github.tokenOfPerson('olga'));
    await olga.rest.pulls.create({ ...here, head, base: 'main', title: head });
  }
  const linesOf = (run: Run) => jobNamed(run, 'test').lines;
  const newest = (): Run => world.runs().at(-1) ?? assert.fail('nothing runs');
  /** The run that this starts, once its test says so. */
  async function started(by: () => Promise<void>, says: string): Promise<Run> {
    const before = world.runs().length;
    await by();
    await until('a run starts', () => world.runs().length > before);
    const run = newest();
    await until(`it says: ${says}`, () => run.jobs.some(({ lines }) => lines.includes(says)));
    return run;
  }

  test('tests each push to main with clients and real machines required', async () => {
    await push('main', 'a');
    await world.engine.idle();
    const [run, ...more] = world.runs();
    assert.ok(run !== undefined && more.length === 0);
    assert.deepEqual([run.workflow, run.event], ['ci.yml', 'push']);
    assert.deepEqual(jobsOf(run), ['test: success'], failedLines(run));
    assert.ok(linesOf(run).includes('requires clients,hosts,browser'), linesOf(run).join('\n'));
    assert.ok(linesOf(run).includes('has a'));
  });

  test('tests a pull request as it would be merged; a test that fails fails its check', async () => {
    await push('change', 'wrong');
    // The branch lacks it: the merge has both.
    await push('main', 'b');
    await world.engine.idle();
    const runs = world.runs().length;
    await openPull('change');
    await world.engine.idle();
    assert.equal(world.runs().length, runs + 1);
    const run = newest();
    assert.equal(run.event, 'pull_request');
    assert.deepEqual(jobsOf(run), ['test: failure']);
    assert.ok(linesOf(run).includes('has a,b,wrong'), linesOf(run).join('\n'));
    const { checks } = createClient(
      world.cloud.addresses.github,
      world.cloud.addresses.env['GITHUB_TOKEN'] ?? '',
    ).rest;
    const ref = (await person.fetch('change'))?.commit ?? '';
    const shown = await checks.listForRef({ ...here, ref });
    const said = shown.data.check_runs.map(({ name, conclusion }) => [name, conclusion]);
    assert.deepEqual(said, [['test', 'failure']]);
  });

  test('a push to a pull request cancels the run of the one before', async () => {
    await push('slow', 'endless');
    const first = await started(() => openPull('slow'), 'has a,b');
    const second = await started(() => push('slow', 'wrong'), 'has a,b,wrong');
    assert.equal(first.conclusion, 'cancelled');
    // The group of main is another one.
    const third = await started(() => push('main', 'c'), 'has a,b,c');
    await until('main is tested', () => third.conclusion !== null);
    assert.deepEqual(jobsOf(third), ['test: success'], failedLines(third));
    assert.equal(second.conclusion, null);
  });
});
