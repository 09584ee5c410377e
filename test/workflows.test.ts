/**
 * The workflows of the agents repository, read as GitHub reads them: their triggers, their
 * permissions, and that each step is a valid command with exactly its secrets.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import { parse } from 'yaml';
import { resolved } from '../local-cloud/actions/expressions.ts';
import { createOpensshKey } from '../reconciler/adapters/openssh.ts';
import { addVerbs } from '../reconciler/app/cli/verbs.ts';
import { variables } from '../reconciler/app/config/variables.ts';
import { type Environment, type Need, readConfig } from '../reconciler/app/config.ts';
import { needsOf } from '../reconciler/app/main.ts';
import { applyPortNames } from '../reconciler/flows/reconcile/apply/attempt.ts';
import { finishPortNames } from '../reconciler/flows/reconcile/finish.ts';
import { imagePortNames } from '../reconciler/flows/reconcile/image/build-image.ts';
import { planPortNames } from '../reconciler/flows/reconcile/observe/listed.ts';
import { reconcileEvent } from '../reconciler/flows/reconcile/reconcile-event.ts';
import { clientTool } from './support/clients.ts';

type Texts = Readonly<Record<string, string>>;
type Step = {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Texts;
};
type Job = {
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly permissions?: Texts;
  readonly strategy?: { readonly 'fail-fast'?: boolean };
  readonly steps: readonly Step[];
  readonly concurrency?: Concurrency;
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
};
type Concurrency = { readonly group: string; readonly 'cancel-in-progress': boolean };
type Workflow = {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly env?: Texts;
  readonly jobs: Readonly<Record<string, Job>>;
};

const root = join(import.meta.dirname, '..');
const folder = 'desired-state/.github/workflows';
const names = readdirSync(join(root, folder)).sort();
const workflows = new Map(names.map((name) => [name, read<Workflow>(`${folder}/${name}`)]));

function read<Value>(path: string): Value {
  return parse(readFileSync(join(root, path), 'utf8')) as Value;
}
function workflowOf(name: string): Workflow {
  return workflows.get(name) ?? assert.fail(`there is no ${name}`);
}
function jobsOf({ jobs }: Workflow): readonly Job[] {
  return Object.values(jobs);
}

/** The shell command, with values for its variables. */
type Spoken = {
  readonly where: string;
  readonly workflow: Workflow;
  readonly job: Job;
  readonly step: Step;
  readonly text: string;
};
const shellValues: Readonly<Record<string, readonly string[]>> = {
  $LOOK: ['', '--everything', '--changed'],
  '"$SHARD"': ['1/3'],
  '"$NUMBER"': ['7'],
};
const spoken: readonly Spoken[] = [...workflows].flatMap(([name, workflow]) =>
  Object.entries(workflow.jobs).flatMap(([id, job]) =>
    job.steps.flatMap((step) =>
      textsOf(step.run ?? '').map((text) => {
        return { where: `${name}, ${id}: ${step.name}`, workflow, job, step, text };
      }),
    ),
  ),
);

/** One for each value of the variables in it. */
function textsOf(command: string): readonly string[] {
  let texts = command === '' ? [] : [command.trim()];
  for (const [name, values] of Object.entries(shellValues))
    texts = texts.flatMap((text) =>
      text.includes(name) ? values.map((value) => text.replace(name, value)) : [text],
    );
  return texts;
}

/** The words after `aura`, which replaces the shell: it gets the signals of the runner. */
function wordsOf({ text, where }: Spoken): readonly string[] {
  const [, words = assert.fail(`${where} does not run aura`)] =
    /^exec aura ((?:[A-Za-z0-9./-]+ ?)+)$/.exec(text.replaceAll(/ +/g, ' ')) ?? [];
  return words.trim().split(' ');
}

/** The configuration that each verb reads. */
const portsOf: Readonly<Record<string, readonly (keyof typeof needsOf)[]>> = {
  plan: planPortNames,
  'plan deep': [...planPortNames, 'stacks'],
  apply: applyPortNames,
  finalize: finishPortNames,
  resync: ['billing', 'state', 'clock', 'log'],
  alarms: ['state', 'files', 'journal', 'forge', 'clock', 'log', 'billing', 'archive', 'mail'],
  bundle: ['state', 'archive', 'bundler', 'clock'],
  cost: ['state', 'journal', 'cloud'],
  'cost check': ['state', 'journal', 'cloud', 'files', 'billing', 'clock'],
  image: imagePortNames,
  validate: ['state', 'files', 'journal', 'forge', 'clock'],
};
const more: Readonly<Record<string, readonly Need[]>> = {
  finalize: ['deadman'],
  alarms: ['reconcile', 'alarms'],
};
function needsOfVerb(verb: string): readonly Need[] {
  const ports = portsOf[verb] ?? assert.fail(`what ${verb} needs is not said here`);
  return [...ports.flatMap((port): readonly Need[] => needsOf[port]), ...(more[verb] ?? [])];
}

const example: Texts = {
  HCLOUD_TOKEN: 'h'.repeat(64),
  STRIPE_SECRET_KEY: 'sk_test_key',
  GITHUB_APP_ID: '1',
  GITHUB_APP_PRIVATE_KEY: '-----BEGIN RSA PRIVATE KEY-----',
  AURA_SSH_CA_KEY: createOpensshKey('ca').privateKey,
  AURA_REPOSITORY_URL: 'https://github.com/aura/agents.git',
  AWS_ENDPOINT_URL_S3: 'https://s3.example.com',
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/aura-state',
  AURA_MAIL_FROM: 'aura@example.com',
  AURA_PUBLIC_URL: 'https://agents.example.com',
  AURA_TOKEN_SECRET: 't'.repeat(32),
  AURA_HEARTBEAT_SECRET: 'b'.repeat(32),
  AURA_HOST_SOURCES: '{"node": "npm"}',
  AURA_ALARM_MAIL_TO: 'ops@example.com',
  AURA_ALARM_WEBHOOK_URL: 'https://hooks.example.com/x',
  AURA_ALARM_CHAT_URL: 'https://chat.example.com/x',
  AURA_DEADMAN_URL: 'https://ping.example.com/x',
};
/** Variables of the shell's command line, which the program does not read. */
const shellNames = new Set(['LOOK', 'SHARD', 'NUMBER']);
const roleNames = ['AWS_ROLE_ARN'];
const keyNames = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

/** With a role for the bucket, or with its keys: a repository has one of the two. */
function environmentsOf({ workflow, step }: Spoken): readonly Environment[] {
  const set = Object.keys({ ...workflow.env, ...step.env }).filter((name) => !shellNames.has(name));
  // The runner sets these itself.
  const own = {
    GITHUB_REPOSITORY: 'aura/agents',
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://ids.example.com/x',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'word',
  };
  const env = { ...own, ...Object.fromEntries(set.map((name) => [name, example[name] ?? 'word'])) };
  const without = (names: readonly string[]) =>
    Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
  return roleNames.every((name) => set.includes(name))
    ? [without(keyNames), without(roleNames)]
    : [env];
}

describe('every step', () => {
  for (const said of spoken) {
    const words = wordsOf(said);
    const verb = words[0] ?? '';

    test(`${said.where}: \`aura ${words.join(' ')}\` is a command with these options`, async () => {
      const parsed: string[] = [];
      const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
      addVerbs(program, () => async () => void parsed.push(verb));
      await program.parseAsync([...words], { from: 'user' });
      assert.equal(parsed.length, 1);
    });

    test(`${said.where}: has what ${words.join(' ')} needs, and no other secret`, () => {
      const part = ['deep', 'check'].find((one) =>
        words.some((word) => word.startsWith(`--${one}`)),
      );
      const needs = needsOfVerb(part === undefined ? verb : `${verb} ${part}`);
      for (const env of environmentsOf(said)) {
        const whole = JSON.stringify(readConfig(env, needs));
        for (const name of Object.keys(said.step.env ?? {})) {
          if (env[name] === undefined) continue;
          const { [name]: _without, ...rest } = env;
          let without = '';
          try {
            without = JSON.stringify(readConfig(rest, needs));
          } catch {
            // It is refused without the secret: so the secret is needed.
          }
          assert.notEqual(without, whole, `${name} is not needed`);
        }
      }
    });
  }

  test('sets no variable but ours', () => {
    const known = new Set([...Object.keys(variables), ...shellNames]);
    for (const { workflow, step, where } of spoken)
      for (const name of Object.keys({ ...workflow.env, ...step.env }))
        assert.ok(known.has(name), `${where} sets ${name}`);
  });

  test('gets secrets by its own environment alone: no expression of GitHub is in a command', () => {
    for (const { workflow, step, where } of spoken) {
      assert.doesNotMatch(step.run ?? '', /\$\{\{/, where);
      for (const value of Object.values(workflow.env ?? {}))
        assert.doesNotMatch(value, /secrets\./);
    }
  });

  test('that reads without changing anything has the token that may only read', () => {
    for (const said of spoken) {
      const reads = ['plan', 'cost'].includes(wordsOf(said)[0] ?? '');
      const { HCLOUD_TOKEN = null, AWS_ROLE_ARN = null } = said.step.env ?? {};
      if (HCLOUD_TOKEN !== null) assert.equal(HCLOUD_TOKEN.includes('READ'), reads, said.where);
      if (AWS_ROLE_ARN !== null && reads) assert.match(AWS_ROLE_ARN, /READ/, said.where);
    }
  });
});

describe('every job', () => {
  const jobs = [...workflows].flatMap(([name, workflow]) =>
    Object.entries(workflow.jobs).map(([id, job]) => ({ where: `${name}, ${id}`, job })),
  );
  const text = (job: Job) => JSON.stringify(job);

  test('with a secret names the environment whose secrets only main has', () => {
    for (const { where, job } of jobs)
      assert.equal(
        job.environment,
        text(job).includes('secrets.') ? 'production' : undefined,
        where,
      );
  });

  test('has the least permissions: an ID token where it uses the bucket', () => {
    for (const { where, job } of jobs) {
      const wanted = text(job).includes('AWS_ROLE_ARN') ? 'write' : undefined;
      assert.equal(job.permissions?.['id-token'], wanted, where);
      const { contents = 'read' } = job.permissions ?? {};
      assert.equal(contents, 'read', where);
    }
    for (const [name, { permissions }] of workflows)
      assert.deepEqual(permissions, { contents: 'read' }, name);
  });

  test('ends in an hour, keeps no credentials, and cancels no other but checks of a pull request', () => {
    for (const { where, job } of jobs) {
      assert.ok((job['timeout-minutes'] ?? 360) <= 60, where);
      if (job.concurrency?.['cancel-in-progress'] === true) assert.match(where, /^validate/);
      if (job.strategy !== undefined) assert.equal(job.strategy['fail-fast'], false, where);
      for (const step of job.steps)
        if (step.uses?.startsWith('actions/checkout@'))
          assert.equal(step.with?.['persist-credentials'], false, where);
    }
  });

  test('sets up Terraform and Ansible only where its steps use them', () => {
    for (const { where, job } of jobs) {
      const setUp = job.steps.find(({ uses }) => uses?.endsWith('/actions/setup'));
      const runs = job.steps.map(({ run }) => run ?? '').join(' ');
      const needs = /exec aura (?:apply|image build|plan [^|]*--deep-check)|plan.json --fleet/.test(
        runs,
      );
      const purpose = setUp?.with?.['for'] ?? 'plan';
      if (needs) assert.equal(purpose, 'apply', where);
      else if (!where.endsWith('finalize')) assert.equal(purpose, 'plan', where);
    }
  });
});

describe('the workflows', () => {
  test('pin their actions to a commit', () => {
    const ours = ['.github/workflows/ci.yml', '.github/workflows/release.yml'];
    const all = [...workflows.values(), ...ours.map((path) => read<Workflow>(path))];
    const action = read<{ runs: Job }>('.github/actions/setup/action.yml').runs;
    const used = [...all.flatMap(jobsOf), action].flatMap(({ steps }) =>
      steps.flatMap((step) => step.uses ?? []),
    );
    assert.ok(used.length >= 6);
    for (const one of used) assert.match(one, /^(?:\.\/.+|[\w-]+\/[\w/-]+@[0-9a-f]{40})$/);
  });

  test('wait in groups where no other event replaces a schedule', () => {
    const groups = [...workflows.values()].flatMap((workflow) =>
      jobsOf(workflow).flatMap(({ concurrency }) => concurrency?.group ?? []),
    );
    const plans = groups.filter((group) => group.startsWith('aura-plan'));
    assert.deepEqual(plans, ['aura-plan-${{ github.event_name }}']);
    assert.equal(new Set(groups).size, groups.length);
  });

  test('reconcile after pushes, dispatches and every hour', () => {
    const { on } = workflowOf('reconcile.yml');
    assert.deepEqual(on['repository_dispatch'], { types: [reconcileEvent] });
    assert.deepEqual(on['push'], {
      branches: ['main'],
      paths: ['agents/**', 'catalog.yaml', 'policy.yaml', 'approvals/**', 'orphans/**'],
    });
    const [schedule, ...more] = on['schedule'] as readonly { readonly cron: string }[];
    assert.match(schedule?.cron ?? '', /^\d+ \* \* \* \*$/);
    assert.deepEqual(more, []);
  });

  test("call the dead man's switch only where no job failed, was cancelled or timed out", () => {
    const { jobs } = workflowOf('reconcile.yml');
    const step = jobs['finalize']?.steps.find(({ name }) => name === 'Finalize');
    const url = step?.env?.['AURA_DEADMAN_URL'];
    const called = 'https://ping.example.com/x';
    const given = ['success', 'failure', 'cancelled'];
    for (const [apply, fleet] of [
      ...given.map((one) => [one, 'skipped']),
      ...given.map((one) => ['success', one]),
    ]) {
      const needs = { apply: { result: apply }, fleet: { result: fleet } };
      const contexts = { needs, vars: { AURA_DEADMAN_URL: called } };
      const isGood = ![apply, fleet].some((one) => one === 'failure' || one === 'cancelled');
      assert.equal(resolved(url, contexts), isGood ? called : '', `${apply}, ${fleet}`);
    }
  });

  test('are where the alarms look for them', () => {
    assert.ok(workflows.has(readConfig({}, ['reconcile']).reconcile.workflow));
  });
});

describe('linters', () => {
  for (const tool of ['actionlint', 'zizmor'] as const) {
    const found = clientTool(tool);
    const skip = 'skip' in found && found.skip;

    test(`${tool} finds nothing in the template, as a repository of its own`, { skip }, () => {
      if (!('path' in found)) return;
      const place = mkdtempSync(join(tmpdir(), 'aura-template-'));
      try {
        cpSync(join(root, 'desired-state'), place, { recursive: true });
        spawnSync('git', ['init', '--quiet', place]);
        linted(tool, found.path, place);
      } finally {
        rmSync(place, { recursive: true });
      }
    });

    test(`${tool} finds nothing in this repository's own`, { skip }, () => {
      if (!('path' in found)) return;
      const place = mkdtempSync(join(tmpdir(), 'aura-own-'));
      try {
        cpSync(join(root, '.github'), join(place, '.github'), { recursive: true });
        spawnSync('git', ['init', '--quiet', place]);
        linted(tool, found.path, place);
      } finally {
        rmSync(place, { recursive: true });
      }
    });
  }
});

function linted(tool: 'actionlint' | 'zizmor', program: string, folder: string): void {
  const args = tool === 'zizmor' ? ['--offline', '--no-progress', '.'] : [];
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
}
