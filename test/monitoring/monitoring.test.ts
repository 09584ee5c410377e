/**
 * The dashboard and the rules of docs/monitoring: they name only metrics that a service has, and
 * Prometheus' own promtool accepts them, their expressions and what `GET /metrics` answers.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { createService } from '../../reconciler/app/serve/server.ts';
import { platformToken, serviceConfig } from '../builders/service-config.ts';
import { bringUp } from '../fakes/agents.ts';
import { createFakeWorld } from '../fakes/world.ts';
import { clientTool } from '../support/clients.ts';
import { root } from '../support/markdown.ts';

type Rules = { groups: { rules: { alert: string; expr: string }[] }[] };
type Dashboard = {
  panels: { id: number; title: string; type: string; targets?: { expr: string }[] }[];
};

const rulesFile = join(root, 'docs/monitoring/aura.rules.yml');
const rules = (parse(readFileSync(rulesFile, 'utf8')) as Rules).groups.flatMap(
  (group) => group.rules,
);
const dashboard = JSON.parse(
  readFileSync(join(root, 'docs/monitoring/aura-dashboard.json'), 'utf8'),
) as Dashboard;
const panelExpressions = dashboard.panels.flatMap(({ targets = [] }) =>
  targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')),
);
const testsFile = join(root, 'test/monitoring/rules.test.yml');

async function scraped(): Promise<string> {
  const world = createFakeWorld();
  bringUp(world, 1);
  const { ports } = world;
  const heartbeats = { secrets: ['h'.repeat(32)], ...ports };
  const parts = { ports, planning: null, config: serviceConfig, heartbeats, log: ports.log };
  const { app } = createService(parts);
  const headers = { authorization: `Bearer ${platformToken}` };
  await app.inject({ url: '/metrics', headers });
  const { body } = await app.inject({ url: '/metrics', headers });
  await app.close();
  return body;
}

/** Names of series: a histogram has three. */
function seriesIn(body: string): ReadonlySet<string> {
  return new Set(
    [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => `${name}${end}`) : [name],
    ),
  );
}

function namesIn(expression: string): readonly string[] {
  return expression.match(/\b(?:aura|process)_[a-z_]+/g) ?? [];
}

describe('dashboard and rules', () => {
  test('name only metrics that a service has', async () => {
    const series = seriesIn(await scraped());
    const expressions = [...rules.map(({ expr }) => expr), ...panelExpressions];
    assert.ok(expressions.length > 40);
    for (const expression of expressions) {
      assert.ok(namesIn(expression).length > 0, expression);
      for (const name of namesIn(expression)) assert.ok(series.has(name), name);
    }
    assert.ok(!seriesIn('# TYPE aura_x gauge\n').has('aura_y'));
  });

  test('show every metric of the service but those that alerts and other figures imply', async () => {
    const shown = new Set([...rules.map(({ expr }) => expr), ...panelExpressions].flatMap(namesIn));
    const hidden = [...seriesIn(await scraped())].filter((name) => !shown.has(name));
    assert.deepEqual(hidden.sort(), [
      'aura_alarm_agents',
      'aura_http_request_seconds_count',
      'aura_http_request_seconds_sum',
      'aura_plan_partial',
      'aura_plan_timestamp_seconds',
      'aura_provision_seconds_count',
      'aura_provision_seconds_sum',
      'aura_provision_step_seconds_bucket',
    ]);
  });

  test('each panel of the dashboard has its own id, and queries unless it is a heading', () => {
    const { panels } = dashboard;
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    for (const { title, type, targets = [] } of panels)
      assert.equal(targets.length > 0, type !== 'row', title);
  });

  test('each alert has a test of promtool', () => {
    const tested = readFileSync(testsFile, 'utf8');
    for (const { alert } of rules) assert.match(tested, new RegExp(`alertname: ${alert}\\b`));
  });
});

const found = clientTool('promtool');
const skip = 'skip' in found && found.skip;

describe('promtool', { skip }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'aura-promtool-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function accepts(args: readonly string[], input = '') {
    if (!('path' in found)) return;
    const said = spawnSync(found.path, args, { input, encoding: 'utf8', timeout: 60_000 });
    assert.equal(said.status, 0, `${args.join(' ')}\n${said.stdout}${said.stderr}`);
    return said;
  }
  const written = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  test('accepts the rules, and every expression of the dashboard', () => {
    const recorded = panelExpressions.map((expr, n) => ({ record: `panel:${n}`, expr }));
    const panels = written('panels.yml', stringify({ groups: [{ name: 'a', rules: recorded }] }));
    accepts(['check', 'rules', rulesFile, panels]);
  });

  test('finds each alert where it should be, and only there', () => {
    const text = readFileSync(testsFile, 'utf8').replace('RULES', rulesFile);
    accepts(['test', 'rules', written('tests.yml', text)]);
    const wrong = text.replace('values: "1x3 0x20"', 'values: "1x30"');
    assert.throws(() => accepts(['test', 'rules', written('wrong.yml', wrong)]), /AuraUnreadable/);
  });

  test('accepts what GET /metrics answers', async () => {
    const said = accepts(['check', 'metrics'], await scraped());
    assert.equal(said?.stderr, '');
  });
});
