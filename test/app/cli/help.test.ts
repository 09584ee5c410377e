/** The help of the command line, and its errors for invalid commands. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aura, auraJson } from './program.ts';

const verbs = [
  'plan',
  'apply',
  'finalize',
  'reconcile',
  'status',
  'validate',
  'doctor',
  'audit',
  'explain',
  'history',
  'orphans',
  'cost',
  'inventory',
  'alarms',
  'link',
  'init',
  'image',
  'halt',
  'resume',
  'revert',
  'resync',
  'import',
  'state',
  'bundle',
  'start',
  'stop',
  'retry',
  'restore',
  'reprovision',
  'region',
  'cancel',
  'config',
  'retire',
  'isolate',
  'serve',
  'cloud',
];

test('the help of every verb', async (t) => {
  const helps = await inTurn([[], ...verbs.map((verb) => [verb])], (args) =>
    aura([...args, '--help']),
  );
  for (const { code, stderr } of helps) assert.deepEqual([code, stderr], [0, '']);
  t.assert.snapshot(helps.map(({ stdout }) => stdout.trimEnd()).join('\n\n----\n\n'), {
    serializers: [String],
  });
  for (const [place, verb] of verbs.entries()) {
    const text = helps[place + 1]?.stdout ?? '';
    assert.match(text, new RegExp(`Example:\n {2}\\$ aura ${verb}`));
    assert.match(text, /--json/);
    assert.match(helps[0]?.stdout ?? '', new RegExp(`^ {2}${verb}\\b`, 'm'));
  }
});

describe('an invalid command ends with 64 and prints a suggestion', () => {
  const cases: readonly (readonly [args: readonly string[], said: RegExp])[] = [
    [[], /Usage: aura/],
    [['plam'], /unknown command 'plam'\n\(Did you mean plan\?\)/],
    [['plan', '--ouut', 'x'], /unknown option '--ouut'\n\(Did you mean --out\?\)/],
    [['plan', 'x'], /too many arguments/],
    [['apply'], /required option '--plan <file>'/],
    [['apply', '--plan', 'x', '--shard', '3/2'], /must be i\/n, such as 1\/8/],
    [['apply', '--plan', 'x', '--shard', '0/2'], /must be i\/n/],
    [['apply', '--plan', 'x', '--agent', 'agt-1'], /An id is agt- and 12 characters/],
    [['apply', '--plan', 'x', '--fleet', '--shard', '1/2'], /it has no shard and no agent/],
    [['status', 'agt-fgm2mp1wda0l'], /An id is agt-/],
    [['link'], /missing required argument 'agent'/],
    [['link', 'agt-ebatfk893tq6', '--days', '0'], /a whole number from 1 to 365/],
    [['halt', ' \n '], /a stop needs a reason/],
    [['halt', 'x'.repeat(201)], /at most 200 characters/],
    [['cloud', '--rate', '-1'], /a number above 0/],
    [['cloud', '--webhook', 'ftp://x'], /http or https/],
    [['serve', '--port', '70000'], /from 0 to 65535/],
    [['isolate'], /give either an agent or --address/],
    [['isolate', 'agt-ebatfk893tq6', '--address', '198.18.0.1'], /give either/],
    [['isolate', 'agt-ebatfk893tq6', '--at', '2026-11-22'], /--at belongs to --address/],
    [['isolate', '--address', '2001:db8::1'], /must be an IPv4 address/],
    [['explain'], /missing required argument 'agent'/],
    [['history', '--max', '0'], /a whole number from 1 to 10000/],
    [['status', 'rebuild', 'x'], /too many arguments/],
    [['bundle', '--name', 'x'], /--name belongs to --fetch/],
  ];
  for (const [args, said] of cases) {
    test(`aura ${args.join(' ').slice(0, 60).replaceAll(/\s/g, ' ')}`, async () => {
      const { code, stdout, stderr } = await aura(args);
      assert.equal(code, 64, stderr);
      assert.match(stderr, said);
      assert.equal(stdout, '');
      assert.doesNotMatch(stderr, /\n {4}at /);
    });
  }
});

test('with --json a usage error is a document too', async () => {
  const { code, document } = await auraJson(['apply', '--plan', 'x', '--shard', '9']);
  assert.equal(code, 64);
  assert.equal(document['ok'], false);
  assert.match(JSON.stringify(document['error']), /"reason":"Usage"/);
});

test('the version is that of the package', async () => {
  assert.match((await aura(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
});

test('help loads the parser of commands and no other package', async () => {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      const found = next(name, context);
      process.stderr.write(found.url + '\\n');
      return found;
    } });`;
  const preload = `--import data:text/javascript,${encodeURIComponent(hook)}`;
  const { stderr } = await aura(['plan', '--help'], { NODE_OPTIONS: preload });
  const packages = stderr
    .split('\n')
    .map((url) => /node_modules\/([^/]+)\//.exec(url)?.[1])
    .filter((name) => name !== undefined);
  assert.deepEqual([...new Set(packages)], ['commander']);
});

test('settings that are missing or wrong are reported at once, without any value', async () => {
  const token = 'this-token-is-secret';
  const { code, stdout, stderr } = await aura(['plan'], { HCLOUD_TOKEN: token });
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /settings are missing or wrong/);
  assert.match(stderr, /AURA_REPOSITORY_URL[\s\S]*HCLOUD_TOKEN must have exactly 64/);
  assert.match(stderr, /reason: InvalidInput\n {2}to do: /);
  assert.ok(!stderr.includes(token));
});

test('doctor lists missing variables once, and continues with the other checks', async () => {
  const { code, stdout, stderr } = await aura(['doctor']);
  assert.deepEqual([code, stderr], [1, '']);
  assert.equal(stdout.match(/HCLOUD_TOKEN is not set/g)?.length, 1);
  assert.match(stdout, /^ok {6}git {15}git version/m);
  assert.match(stdout, /^failed {2}Hetzner {11}not tried: its settings are missing or wrong$/m);
  assert.match(stdout, /^ {26}to do: Correct the configuration first\.$/m);
});

async function inTurn<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await run(item));
  return results;
}
