/**
 * The workflows of the agents repository, read as GitHub reads them: their triggers, their
 * permissions, and that each step is a valid command with exactly its secrets.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import { parse } from 'yaml';
import { createOpensshKey } from '../reconciler/adapters/openssh.ts';
import { addVerbs } from '../reconciler/app/cli/verbs.ts';
import { variables } from '../reconciler/app/config/variables.ts';
import { type Environment, type Need, readConfig } from '../reconciler/app/config.ts';
import { needsOf } from '../reconciler/app/main.ts';
import { applyPortNames } from '../reconciler/flows/reconcile/apply/attempt.ts';
import { finishPortNames } from '../reconciler/flows/reconcile/finish.ts';
import { planPortNames } from '../reconciler/flows/reconcile/observe/listed.ts';
import { reconcileEvent } from '../reconciler/flows/reconcile/reconcile-event.ts';

type Texts = Readonly<Record<string, string>>;
type Step = {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Texts;
};
type Job = {
  readonly uses?: string;
  readonly with?: Texts;
  readonly secrets?: Texts | 'inherit';
  readonly env?: Texts;
  readonly steps?: readonly Step[];
  readonly concurrency?: Concurrency;
  readonly 'timeout-minutes'?: number;
};
type Concurrency = { readonly group: string; readonly 'cancel-in-progress': boolean | string };
type Workflow = {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly concurrency?: Concurrency;
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
function onlyJob(name: string): Job {
  const [job, ...more] = jobsOf(workflowOf(name));
  assert.ok(job !== undefined && more.length === 0);
  return job;
}

/** The shell command, with a value for the variable LOOK. */
type Spoken = {
  readonly where: string;
  readonly job: Job;
  readonly step: Step;
  readonly text: string;
};
const looks = ['', '--everything --deep-check', '--changed'];
const spoken: readonly Spoken[] = [...workflows].flatMap(([name, workflow]) =>
  jobsOf(workflow).flatMap((job) =>
    (job.steps ?? []).flatMap((step) => {
      if (step.run === undefined) return [];
      const said = { where: `${name}: ${step.name}`, job, step };
      const text = step.run.trim();
      if (!text.includes(' $LOOK ')) return [{ ...said, text }];
      return looks.map((look) => ({ ...said, text: text.replace(' $LOOK ', ` ${look} `) }));
    }),
  ),
);

/** The words after `aura`, up to the shell's handling of its exit code. */
function wordsOf({ text, where }: Spoken): readonly string[] {
  const [, words = assert.fail(`${where} does not run aura`)] =
    /^aura ((?:[A-Za-z0-9.-]+ ?)+?)(?: \|\| \[\[ "\$\?" (?:== 3|=~ \^\[23\]\$) \]\])?$/.exec(
      text.replaceAll(/ +/g, ' '),
    ) ?? [];
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
  AURA_MAIL_FROM: 'aura@example.com',
  AURA_ALARM_MAIL_TO: 'ops@example.com',
  AURA_ALARM_WEBHOOK_URL: 'https://hooks.example.com/x',
  AURA_DEADMAN_URL: 'https://ping.example.com/x',
};
function environmentOf({ job, step }: Spoken): Environment {
  const set = Object.keys({ ...job.env, ...step.env });
  // The runner sets this one itself.
  return Object.fromEntries(
    [...set, 'GITHUB_REPOSITORY'].map((name) => [
      name,
      name === 'GITHUB_REPOSITORY' ? 'aura/agents' : (example[name] ?? 'word'),
    ]),
  );
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
      assert.deepEqual(parsed, [verb]);
    });

    test(`${said.where}: has what ${verb} needs, and no other secret`, () => {
      const env = environmentOf(said);
      const needs = needsOfVerb(words.includes('--deep-check') ? `${verb} deep` : verb);
      const whole = JSON.stringify(readConfig(env, needs));
      for (const name of Object.keys(said.step.env ?? {})) {
        if (name === 'LOOK') continue;
        const { [name]: _without, ...rest } = env;
        let without = '';
        try {
          without = JSON.stringify(readConfig(rest, needs));
        } catch {
          // It is refused without the secret: so the secret is needed.
        }
        assert.notEqual(without, whole, `${name} is not needed`);
      }
    });
  }

  test('sets no variable but ours in a job or a step', () => {
    const known = new Set([...Object.keys(variables), 'LOOK']);
    for (const { job, step, where } of spoken) {
      for (const name of Object.keys({ ...job.env, ...step.env }))
        assert.ok(known.has(name), `${where} sets ${name}`);
    }
  });

  test('gets secrets by its own environment alone: no expression of GitHub is in a command', () => {
    for (const { step, job, where } of spoken) {
      assert.doesNotMatch(step.run ?? '', /\$\{\{/, where);
      for (const value of Object.values(job.env ?? {})) assert.doesNotMatch(value, /secrets\./);
    }
  });
});

describe('every workflow', () => {
  for (const [name, workflow] of workflows) {
    test(`${name}: reads its repository and no more, one run at a time, none cut off`, () => {
      assert.deepEqual(workflow.permissions, { contents: 'read' });
      for (const job of jobsOf(workflow)) {
        if (job.uses === undefined) assert.ok((job['timeout-minutes'] ?? 360) <= 60);
        assert.notEqual(job.secrets, 'inherit');
        for (const step of job.steps ?? [])
          if (step.uses?.startsWith('actions/checkout@'))
            assert.equal(step.with?.['persist-credentials'], false);
      }
      const alone = [workflow.concurrency, ...jobsOf(workflow).map((job) => job.concurrency)];
      const groups = alone.filter((one) => one !== undefined);
      // A called workflow waits in its caller's group; one of its own would wait for itself.
      assert.equal(groups.length, 'workflow_call' in workflow.on ? 0 : 1);
      for (const group of groups) assert.equal(group['cancel-in-progress'], false);
    });
  }

  test('pins its actions to a commit', () => {
    const ours = ['.github/workflows/ci.yml', '.github/workflows/release.yml'];
    const all = [...workflows.values(), ...ours.map((path) => read<Workflow>(path))];
    const used = all
      .flatMap(jobsOf)
      .flatMap(({ uses, steps = [] }) => [
        ...(uses === undefined ? [] : [uses]),
        ...steps.flatMap((step) => step.uses ?? []),
      ]);
    assert.ok(used.length >= 6);
    for (const one of used) assert.match(one, /^(?:\.\/.+|[\w-]+\/[\w/-]+@[0-9a-f]{40})$/);
    for (const one of used.filter((path) => path.startsWith('./.github/workflows/')))
      assert.ok(workflows.has(one.split('/').at(-1) ?? ''), one);
  });

  test('waits in a group of its own: pushes and dispatches never replace the schedule', () => {
    const groups = [...workflows.values()].flatMap((workflow) =>
      [workflow.concurrency, ...jobsOf(workflow).map((job) => job.concurrency)].flatMap(
        (one) => one?.group ?? [],
      ),
    );
    const scheduleGroup = `\${{ github.event_name == 'repository_dispatch' && 'aura-due' || 'aura-reconcile' }}`;
    assert.deepEqual(groups.sort(), [scheduleGroup, 'aura-push', 'aura-resync', 'aura-watch']);
  });
});

describe('the two that reconcile', () => {
  test('a push of agents observes what changed', () => {
    assert.deepEqual(workflowOf('push.yml').on, {
      push: { branches: ['main'], paths: ['agents/**'] },
    });
    assert.equal(onlyJob('push.yml').with?.['look'], '--changed');
  });

  test('the schedule observes everything, and requests are answered', () => {
    const { on } = workflowOf('reconcile.yml');
    assert.deepEqual(on['repository_dispatch'], { types: [reconcileEvent] });
    assert.ok(Array.isArray(on['schedule']) && on['schedule'].length === 1);
    const look = onlyJob('reconcile.yml').with?.['look'] ?? '';
    assert.ok(look.includes(`github.event_name == 'schedule' && '${looks[1]}' || ''`), look);
  });

  test('the alarms look for an existing workflow', () => {
    assert.ok(workflows.has(readConfig({}, ['reconcile']).reconcile.workflow));
  });

  test('pass on the secrets that a run needs, by name, and it uses each', () => {
    const { on } = workflowOf('reconcile-job.yml');
    const call = on['workflow_call'] as { secrets: Texts; inputs: Texts };
    const asked = Object.keys(call.secrets).sort();
    const used = new Set(
      [
        ...readFileSync(join(root, folder, 'reconcile-job.yml'), 'utf8').matchAll(
          /secrets\.(\w+)/g,
        ),
      ].map(([, name]) => name),
    );
    assert.deepEqual([...used].sort(), asked);
    for (const name of ['reconcile.yml', 'push.yml']) {
      const job = onlyJob(name);
      assert.equal(job.uses, './.github/workflows/reconcile-job.yml');
      const handed = Object.entries(job.secrets ?? {});
      assert.deepEqual(handed.map(([secret]) => secret).sort(), asked);
      for (const [secret, value] of handed) assert.equal(value, `\${{ secrets.${secret} }}`);
      assert.deepEqual(Object.keys(job.with ?? {}), Object.keys(call.inputs));
    }
  });
});
