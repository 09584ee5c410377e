/**
 * For each check of the doctor something is broken, its advice is followed, and then the check must
 * succeed.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Command } from 'commander';
import { parsePolicy } from '../../local-cloud/tailscale/policy.ts';
import type { Finding } from '../../reconciler/app/cli/verbs/doctor.ts';
import { addVerbs } from '../../reconciler/app/cli/verbs.ts';
import { agentStateKey } from '../../reconciler/core/fleet/observed.ts';
import { fleetStateKey } from '../../reconciler/core/stack/stack-spec.ts';
import { aura as auraProcess } from '../app/cli/program.ts';
import { type Customer, policyText, toolsHere } from '../contract/fleet-world.ts';
import { root } from '../support/markdown.ts';
import { type Desk, openDesk } from './desk.ts';
import { mailCheck, readinessChecks } from './readiness-checks.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

type Incident = {
  readonly what: string;
  readonly check: string;
  readonly says: RegExp;
  readonly todo: RegExp;
  /** What is broken: something in the world, or in the environment, and restored afterwards. */
  readonly broken: () => Promise<unknown>;
  readonly env?: () => Readonly<Record<string, string>>;
  /** follows the advice; absent where the environment is all */
  readonly mended?: () => Promise<unknown>;
};

describe('the doctor', { skip }, () => {
  let desk: Desk;
  let one: Customer;
  const unwell = new Set<string>();
  const nothing = async () => {};

  before(async () => {
    desk = await openDesk({ seed: 55, rate: 20, policy: policyText });
  });
  after(() => desk?.close());

  async function looked(more: Readonly<Record<string, string>> = {}) {
    const { code, stdout } = await desk.verb('aura doctor --json', more);
    const { checks } = JSON.parse(stdout) as { checks: readonly Finding[] };
    return { code, stdout, of: (name: string) => checks.find((check) => check.name === name) };
  }

  async function verb(line: string): Promise<void> {
    const said = await desk.verb(line);
    assert.equal(said.code, 0, `${line}: ${said.stdout}${said.stderr}`);
  }
  const revertLast = async () => {
    await desk.pull();
    await desk.shell('git revert --no-edit HEAD && git push --quiet origin main');
  };
  const withFault = (fault: { readonly api: string; readonly path?: string; status: number }) => {
    desk.cloud.world.control.addFault({ kind: 'status', seconds: 86_400, ...fault });
  };
  const noFaults = async () => {
    desk.cloud.world.control.withdrawFaults(null);
  };
  const drop = async (ref: string) => {
    const { repository } = desk.cloud.world;
    await repository.git(['update-ref', '-d', ref]);
    await repository.noticeChanges();
  };

  /** Files and verbs in an advice exist. */
  function namesWhatIsThere(todo: string): void {
    for (const [path] of todo.matchAll(/docs\/runbooks\/[a-z-]+\.md/g))
      assert.ok(existsSync(join(root, path)), path);
    const program = new Command('aura');
    addVerbs(program, () => async () => {});
    const verbs = new Set(program.commands.map((command) => command.name()));
    for (const [, name = ''] of todo.matchAll(/`aura ([a-z]+)/g)) assert.ok(verbs.has(name), name);
  }

  async function play(incident: Incident): Promise<void> {
    const { what, check, says, todo, broken, env, mended } = incident;
    await broken();
    const found = (await looked(env?.())).of(check);
    assert.ok(found !== undefined, `${what}: there is no check ${check}`);
    assert.match(found.message, says, what);
    assert.match(found.todo ?? '', todo, what);
    namesWhatIsThere(found.todo ?? '');
    unwell.add(check);
    if (mended === undefined) return;
    await mended();
    const after = await looked();
    assert.equal(after.code, 0, `${what}: ${after.stdout}`);
  }

  test('of a new installation', async () => {
    await play({
      what: 'nothing was begun',
      check: 'status branch',
      broken: nothing,
      says: /^there is none$/,
      todo: /^Run `aura init`/,
      mended: () => verb('aura init'),
    });
    const reconcile = (await looked()).of('reconcile');
    assert.match(reconcile?.todo ?? '', /^Run it once by hand/);
    one = (await desk.running(await desk.open(), 1))[0] ?? assert.fail();
    await desk.reconciled();
    assert.equal((await looked()).of('reconcile')?.todo, undefined);
  });

  test('of the environment', async () => {
    const unset = (name: string) => () => ({ [name]: '' });
    const refused = /credential|key/i;
    const incidents: readonly Omit<Incident, 'broken' | 'what'>[] = [
      {
        check: 'configuration',
        env: unset('HCLOUD_TOKEN'),
        says: /HCLOUD_TOKEN is not set/,
        todo: /Correct what is named above/,
      },
      {
        check: 'hosts',
        env: () => ({ AURA_CONFIGURATOR_URL: '', AURA_SSH_CA_KEY: '' }),
        says: /AURA_SSH_CA_KEY is not set/,
        todo: /private key of the SSH user CA/,
      },
      {
        check: 'mail',
        env: () => ({ AURA_MAIL_FROM: 'aura@unknown.example' }),
        says: /Resend refuses mails from unknown.example: it is absent/,
        todo: /^Verify it at Resend/,
      },
      {
        check: 'Stripe',
        env: () => ({ STRIPE_SECRET_KEY: 'sk_test_revoked' }),
        says: /Stripe/,
        todo: refused,
      },
      {
        check: 'Hetzner',
        env: () => ({ HCLOUD_TOKEN: 'x'.repeat(64) }),
        says: /Hetzner/,
        todo: refused,
      },
      {
        check: 'Tailscale',
        env: () => ({ TAILSCALE_OAUTH_CLIENT_SECRET: 'tskey-client-wrong' }),
        says: /Tailscale/,
        todo: refused,
      },
      {
        check: 'state bucket',
        env: () => ({ AWS_ACCESS_KEY_ID: 'AKIAWRONGWRONGWRONG1' }),
        says: /the bucket refuses our key/,
        todo: refused,
      },
      {
        check: 'agents repository',
        env: () => ({ AURA_REPOSITORY_URL: `${desk.env['AURA_REPOSITORY_URL']}-elsewhere` }),
        says: /./,
        todo: /./,
      },
    ];
    for (const incident of incidents)
      await play({ what: incident.check, broken: nothing, ...incident });
    assert.equal((await looked()).code, 0);
  });

  test('of its tools', async () => {
    const { PATH: _path, ...env } = desk.env;
    const broken = { ...env, PATH: '/nonexistent', AURA_TOOLS: join(desk.folder, 'none.json') };
    const { code, stdout } = await auraProcess(['doctor'], broken);
    assert.equal(code, 1);
    assert.match(stdout, /failed {2}git +git does not run.*\n +to do: Install git/);
    assert.match(
      stdout,
      /failed {2}terraform +the tools are not set up.*\n +to do: Run `npm run setup`/,
    );
    for (const name of ['git', 'terraform']) unwell.add(name);
  });

  test('of the agents repository and the records', async () => {
    await play({
      what: 'a policy that cannot be read',
      check: 'agents repository',
      broken: () => desk.edit('policy.yaml', (text) => `${text}colour: red\n`),
      says: /policy\.yaml:\d+:\d+/,
      todo: /Correct what is named above/,
      mended: revertLast,
    });
    await play({
      what: 'a stop',
      check: 'stop',
      broken: () => verb('aura halt "a look"'),
      says: /^the fleet is halted: a look$/,
      todo: /^Run `aura resume` once it is safe/,
      mended: () => verb('aura resume'),
    });
    const path = desk.fileOf(one);
    await play({
      what: 'a record that cannot be read',
      check: 'status branch',
      async broken() {
        await desk.pull();
        await desk.shell('git checkout --quiet -B status origin/status');
        await desk.shell(
          `echo '{' > ${path} && git commit -qam 'By hand' && git push -q origin status`,
        );
      },
      says: new RegExp(`^records that cannot be read: ${path}`),
      todo: /^Revert the commit on branch status that broke them/,
      async mended() {
        await desk.shell('git checkout -q status && git revert --no-edit HEAD');
        await desk.shell('git push -q origin status');
      },
    });
    await play({
      what: 'no branch, and servers',
      check: 'status branch',
      broken: () => drop('refs/heads/status'),
      says: /^1 servers carry the label of this fleet, and there is no branch status$/,
      todo: /`aura status rebuild` \(docs\/runbooks\/rebuild-the-records\.md\)/,
      async mended() {
        await verb('aura halt "records are rebuilt"');
        await verb('aura status rebuild');
        await verb('aura resume');
        await desk.reconciled();
      },
    });
  });

  test('of Hetzner', async () => {
    const { project } = desk.cloud.world.hetzner;
    const kept = [...project.firewalls.values()];
    await play({
      what: 'nothing of what is recorded is in the project',
      check: 'Hetzner',
      async broken() {
        project.firewalls.clear();
        project.servers.delete(desk.server(one).id);
      },
      says: /^none of 1 recorded servers and none of the recorded firewalls .* HCLOUD_TOKEN is for another/,
      todo: /^Set HCLOUD_TOKEN to a token of the fleet’s own project/,
    });
    for (const firewall of kept) project.firewalls.set(firewall.id, firewall);
    await play({
      what: 'every server is gone',
      check: 'Hetzner',
      broken: nothing,
      says: /^none of 1 recorded servers is in this Hetzner project, which has the fleet’s firewalls/,
      todo: /^Run `aura plan`/,
      async mended() {
        assert.match((await desk.verb('aura plan')).stdout, new RegExp(`create ${one.id}`));
        await desk.reconciled();
      },
    });
    await play({
      what: 'a type that is not sold',
      check: 'Hetzner',
      async broken() {
        for (const location of ['fsn1', 'nbg1', 'hel1'])
          desk.cloud.world.control.sellOut({ serverType: 'cpx22', location, soldOut: true });
      },
      says: /^not on sale now: cpx22 for plan starter in eu-central$/,
      todo: /add a location to catalog\.yaml/,
      mended: () => desk.edit('catalog.yaml', (text) => text.replace(': cpx22', ': cx22')),
    });
    await desk.edit('catalog.yaml', (text) => text.replace(': cx22', ': cpx12'));
    const small = (await looked()).of('Hetzner');
    assert.match(small?.message ?? '', /; cpx12 of plan starter in eu-central has 2 GB of memory$/);
    assert.match(small?.todo ?? '', /^Name types with 4 GB or more/);
    await revertLast();
    await play({
      what: 'a firewall is gone',
      check: 'fleet firewalls',
      async broken() {
        const [first] = project.firewalls.values();
        project.firewalls.delete(first?.id ?? 0);
      },
      says: /^not all of them are there/,
      todo: /^Run `aura init`/,
      mended: () => verb('aura init'),
    });
    await play({
      what: 'the shared state cannot be read',
      check: 'fleet firewalls',
      broken: () => desk.object('PUT', fleetStateKey('aura'), 'garbage'),
      says: /is no Terraform state: .*`aura init --recover` recreates it/,
      todo: /docs\/runbooks\/recover-the-shared-stack\.md/,
      mended: () => verb('aura init --recover'),
    });
  });

  test('of the tailnet, the bucket and the runs', async () => {
    await play({
      what: 'every state is gone',
      check: 'state bucket',
      broken: () => desk.object('DELETE', agentStateKey('aura', one.id)),
      says: /^none of 1 recorded states is in this bucket: another one\?$/,
      todo: /AURA_STATE_BUCKET.*they were deleted, and the next runs import/,
      mended: () => desk.reconciled(),
    });
    const { world } = desk.cloud;
    await play({
      what: 'every device is gone',
      check: 'Tailscale',
      broken: async () => world.tailscale.tailnet.devices.clear(),
      says: /^none of 1 recorded devices is in this tailnet: another one\?$/,
      todo: /TAILSCALE_TAILNET.*they were deleted, and the next runs join/,
      mended: () => desk.reconciled(),
    });
    const meant = world.tailscale.tailnet.policy;
    const opened = meant.text
      .replace('"group:operators",', '"*",')
      .replace('"tests"', '"sshTests"');
    await play({
      what: 'a policy that lets agents reach each other',
      check: 'tailnet policy',
      broken: async () =>
        void Object.assign(world.tailscale.tailnet, { policy: parsePolicy(opened) }),
      says: /lets agents reach others, or isolated ones be reached: tag:aura to tag:aura:22,/,
      todo: /Remove what allows this from the policy file/,
      mended: async () => void Object.assign(world.tailscale.tailnet, { policy: meant }),
    });
    const ca = [{ publicKey: `ssh-ed25519 ${'A'.repeat(68)}`, since: '2026-01-01T00:00:00Z' }];
    await play({
      what: 'a CA that is not in force',
      check: 'SSH CA',
      broken: () =>
        desk.edit('policy.yaml', (text) => `${text}ssh: ${JSON.stringify({ ca })}\n`, 'One CA'),
      says: /not in force: ssh\.ca in policy\.yaml names another one$/,
      todo: /Set AURA_SSH_CA_KEY to a CA in force/,
      mended: revertLast,
    });
    await play({
      what: 'a token that GitHub takes no more',
      check: 'GitHub',
      broken: async () => withFault({ api: 'github', path: '/repos', status: 401 }),
      says: /GitHub/,
      todo: /Check that the credential is right/,
      mended: noFaults,
    });
    await play({
      what: 'a bucket that is down',
      check: 'state bucket',
      broken: async () => withFault({ api: 's3', status: 503 }),
      says: /could not be listed|does not answer/,
      todo: /Check the state bucket/,
      mended: noFaults,
    });
    await play({
      what: 'no run for four hours',
      check: 'reconcile',
      broken: async () => desk.advance(4 * 3600),
      says: /the last run that succeeded ended \d+ minutes ago/,
      todo: /docs\/runbooks\/no-successful-run\.md/,
      mended: () => desk.reconciled(),
    });
  });

  test('and of the channel of alarms: advice, and none once it is followed', async () => {
    const variables = {
      AURA_ALARM_MAIL_TO: 'ops@example.com',
      AURA_DEADMAN_URL: 'http://127.0.0.1:9/x',
    };
    const [before, after] = [await looked(), await looked(variables)];
    for (const name of ['alarms', "dead man's switch"]) {
      const todo = before.of(name)?.todo ?? '';
      assert.ok(
        Object.keys(variables).some((variable) => todo.includes(variable)),
        todo,
      );
      assert.equal(after.of(name)?.todo, undefined, name);
      unwell.add(name);
    }
    assert.equal(after.code, 0);
  });

  test('and of port 22: advice, and none once only some addresses reach it', async () => {
    const some = 'ssh: {bootstrapFrom: [198.51.100.0/24]}\n';
    assert.match((await looked()).of('port 22')?.todo ?? '', /Set ssh\.bootstrapFrom/);
    await desk.edit('policy.yaml', (text) => `${text}${some}`, 'Our runners');
    assert.equal((await looked()).of('port 22')?.todo, undefined);
    unwell.add('port 22');
    await revertLast();
  });

  test('no check is left out', async () => {
    const { stdout } = await looked();
    const { checks } = JSON.parse(stdout) as { checks: readonly Finding[] };
    const names = checks.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => !unwell.has(name) && ![...readinessChecks, mailCheck].includes(name)),
      [],
    );
  });
});
