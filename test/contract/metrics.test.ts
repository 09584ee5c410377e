/** `GET /metrics` of a real service over a real run: what it counts, and that labels are bounded. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { aura } from '../app/cli/program.ts';
import { policyText, toolsHere } from './fleet-world.ts';
import { type ServedWorld, startServedWorld } from './served-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

describe('metrics of a service', { skip }, () => {
  let world: ServedWorld;
  let body = '';
  before(async () => {
    world = await startServedWorld({ seed: 17, rate: 60, policy: policyText });
    assert.equal((await aura(['init'], world.env)).code, 0);
    for (const plan of ['starter', 'pro']) await world.pay(plan, 'eu-central');
    assert.equal((await aura(['reconcile'], world.env)).code, 0);
    body = await scraped();
  });
  after(() => world?.close());

  async function scraped(): Promise<string> {
    const { AURA_PLATFORM_TOKENS = '' }: Record<string, string> = world.env;
    const [, , token = ''] = AURA_PLATFORM_TOKENS.split(/[:,]/);
    const answer = await fetch(`${world.env['AURA_PUBLIC_URL']}/metrics`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(answer.status, 200);
    return answer.text();
  }
  const figure = (series: string): number => {
    const line = body.split('\n').find((one) => one.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1) ?? assert.fail(`no ${series} in\n${body}`));
  };

  test('the fleet as recorded, and how long its creates took', () => {
    assert.equal(figure('aura_agents{phase="running"}'), 2);
    assert.equal(figure('aura_provision_seconds_count{region="eu-central"}'), 2);
    const step = 'step="boot",region="eu-central"';
    assert.equal(figure(`aura_provision_step_seconds_count{${step}}`), 2);
    assert.ok(figure(`aura_provision_seconds_sum{region="eu-central"}`) > 0);
    const made = 'change="create",outcome="succeeded",step="verify",reason=""';
    assert.equal(figure(`aura_attempts{${made}}`), 2);
    assert.ok(figure('aura_cost_monthly{currency="EUR",plan="starter"}') > 1);
  });

  test('requests to this service and from it', () => {
    const delivered = 'method="POST",route="/webhooks/stripe",status="200"';
    assert.ok(figure(`aura_http_requests_total{${delivered}}`) >= 2);
    assert.ok(figure('aura_http_request_seconds_count{route="/webhooks/stripe"}') >= 2);
    for (const service of ['stripe', 'hetzner', 'tailscale', 'github', 'git', 'bucket'])
      assert.ok(figure(`aura_api_requests_total{service="${service}",status="200"}`) > 0);
    const limit = figure('aura_api_limit{service="hetzner"}');
    const remaining = figure('aura_api_remaining{service="hetzner"}');
    assert.ok(limit >= remaining && remaining > limit / 2, `${remaining} of ${limit}`);
  });

  test('the last plan of the service itself', () => {
    assert.ok(figure('aura_plan_timestamp_seconds') > 0);
    assert.equal(figure('aura_plan_partial'), 0);
    assert.equal(figure('aura_watch_failures'), 0);
  });

  test('no label names an agent, a subscription or a customer', () => {
    assert.doesNotMatch(body, /agt-|sub_|cus_|evt_|10\.|198\.18/);
    assert.ok(body.split('\n').length < 1000);
  });
});
