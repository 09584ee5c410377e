/** The doctor's checks of alarms, of the dead man's switch and of the runs. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Amiss, type Found } from '../../../reconciler/app/cli/verbs/amiss.ts';
import { alarmChecks } from '../../../reconciler/app/cli/verbs/doctor-alarms.ts';
import type { Environment } from '../../../reconciler/app/config.ts';
import { commitFiles, startGithubWorld } from '../../local-cloud/github/github-world.ts';

function look(name: string, env: Environment): Promise<Found> {
  const check = alarmChecks(env).find((one) => one.name === name) ?? assert.fail(name);
  return check.look();
}
const todoOf = (found: Found) => (typeof found === 'string' ? null : found.todo);

describe('alarms', () => {
  test('the channels, without the address that opens them', async () => {
    const found = await look('alarms', {
      AURA_ALARM_MAIL_TO: 'ops@example.com',
      AURA_ALARM_WEBHOOK_URL: 'https://hooks.example.com/secret-part',
      AURA_ALARM_CHAT_URL: 'https://chat.example.com/secret-part',
    });
    assert.equal(
      found,
      '`aura alarms --notify` mails them to ops@example.com and posts them to AURA_ALARM_WEBHOOK_URL and posts them to AURA_ALARM_CHAT_URL',
    );
  });

  test('without a channel: the consequence, and the setting', async () => {
    const found = await look('alarms', {});
    assert.match(JSON.stringify(found), /they are not sent/);
    assert.match(todoOf(found) ?? '', /AURA_ALARM_MAIL_TO or AURA_ALARM_WEBHOOK_URL/);
  });

  test('a malformed setting is reported once', async () => {
    await assert.rejects(look('alarms', { AURA_ALARM_MAIL_TO: 'absent' }), /^Failure: not tried/);
  });
});

test("the dead man's switch", async () => {
  const set = await look("dead man's switch", { AURA_DEADMAN_URL: 'https://ping.example.com/x' });
  assert.equal(todoOf(set), null);
  const found = await look("dead man's switch", {});
  assert.match(todoOf(found) ?? '', /AURA_DEADMAN_URL/);
});

/** A repository on GitHub whose workflow ran so many minutes ago, and the account that reads it. */
async function reconciledBefore(minutes: number, end: 'success' | 'failure'): Promise<Environment> {
  const world = await startGithubWorld({ startMs: Date.now() - minutes * 60_000 });
  after(() => world.close());
  await commitFiles(world.repository, 'main', {
    '.github/workflows/reconcile.yml': 'name: Reconcile\non: [workflow_dispatch, schedule]\n',
  });
  const actions = world.github.actions();
  actions.finishRun(actions.startRun('reconcile.yml', 'schedule'), end);
  return {
    GITHUB_API_URL: world.url,
    GITHUB_TOKEN: world.github.token,
    GITHUB_REPOSITORY: 'aura/agents',
  };
}

describe('the check of reconcile', () => {
  test('none has succeeded yet', async () => {
    const found = await look('reconcile', await reconciledBefore(5, 'failure'));
    assert.match(
      JSON.stringify(found),
      /reconcile\.yml, every 60 minutes: no run of it has succeeded/,
    );
    assert.match(todoOf(found) ?? '', /AURA_RECONCILE_WORKFLOW/);
  });

  test('when the last one succeeded', async () => {
    const found = await look('reconcile', await reconciledBefore(170, 'success'));
    assert.match(String(found), /the last run that succeeded ended 170 minutes ago, at \d{4}-/);
  });

  test('that it is too long ago: three in a row are missing', async () => {
    const env = await reconciledBefore(190, 'success');
    await assert.rejects(look('reconcile', env), (thrown) => {
      assert.ok(thrown instanceof Amiss);
      assert.match(thrown.message, /ended 190 minutes ago/);
      assert.match(thrown.todo, /no-successful-run/);
      return true;
    });
  });

  test('is skipped without a Forge', async () => {
    await assert.rejects(look('reconcile', {}), /^Failure: not tried/);
  });
});
