import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../reconciler/core/failure.ts';
import { createLog, describeError, withoutSecrets } from '../reconciler/log.ts';

function logTo(env: Record<string, string> = {}, usual: 'info' | 'warn' = 'info') {
  const lines: string[] = [];
  const log = createLog({ env, usual, stream: { write: (line) => void lines.push(line) } });
  return { log, lines };
}

test('fields that are secret by name are blanked, at every depth that is written', () => {
  const { log, lines } = logTo();
  log.info(
    {
      token: 'CANARY',
      headers: { authorization: 'CANARY', cookie: 'CANARY', 'set-cookie': 'CANARY' },
      request: { headers: { authorization: 'CANARY', 'stripe-signature': 'CANARY' } },
      a: { b: { c: { secretKey: 'CANARY' } } },
      agent: 'agt-7m2k9q4xw3td',
    },
    'hello',
  );
  assert.doesNotMatch(lines.join(), /CANARY/);
  const said = JSON.parse(lines[0] ?? '{}');
  assert.deepEqual([said.level, said.msg, said.agent], ['info', 'hello', 'agt-7m2k9q4xw3td']);
});

test('what looks like a secret is blanked in any text', () => {
  const secrets = [
    ['sk_live_', 'CANARY1234'],
    ['whsec_', 'CANARYabc+/='],
    ['tskey-auth-', 'CANARY-x'],
    ['ghp_', 'CANARYCANARY'],
    ['github_pat_', 'CANARY_x'],
    ['re_', 'CANARYCANARYCANARY'],
    ['Bearer ', 'CANARY.CANARY'],
    ['https://x-access-token:', 'CANARY@example.com/a'],
    ['https://example.com/v1/agents/agt-7m2k9q4xw3td?token=', 'agt-7m2k9q4xw3td.1.0.CANARY'],
    ['the token agt-7m2k9q4xw3td.1790000000.0.', 'CANARY_-x'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\n', 'CANARY\nCANARY\n-----END OPENSSH PRIVATE KEY-----'],
    ['cut short: -----BEGIN PRIVATE KEY-----\n', 'CANARY\nCAN'],
  ].map((parts) => parts.join(''));
  const { log, lines } = logTo();
  for (const secret of secrets) {
    log.warn({ said: secret, error: new Error(`no: ${secret}`, { cause: secret }) }, secret);
    assert.doesNotMatch(withoutSecrets(`before ${secret} after`), /CANARY/, secret);
  }
  assert.equal(lines.length, secrets.length);
  for (const line of lines) {
    assert.doesNotMatch(line, /CANARY/);
    assert.doesNotThrow(() => JSON.parse(line));
  }
});

test('ordinary text stays as it is', () => {
  const text = 'create agt-7m2k9q4xw3td: plan starter, see https://example.com/a@b?page=2';
  assert.equal(withoutSecrets(text), text);
});

test('a failure is shown by reason, fate and what was behind it', () => {
  const cause = new Error('fetch failed', {
    cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
  });
  const failure = new Failure('ProviderOutage', 'Hetzner answers 503', { httpStatus: 503, cause });
  assert.deepEqual(describeError(failure), {
    reason: 'ProviderOutage',
    fate: 'transient',
    message: 'Hetzner answers 503',
    httpStatus: 503,
    causes: ['fetch failed', 'ECONNREFUSED: connect'],
  });
});

test('only a bug shows where it happened', () => {
  const bug = describeError(new TypeError('x is not a function'));
  assert.deepEqual(
    [bug.reason, bug.message, bug.causes],
    ['Bug', 'x is not a function', undefined],
  );
  assert.match(bug.stack ?? '', /log\.test\.ts/);
  assert.equal(describeError(new Failure('NotFound', 'no')).stack, undefined);
});

test('the level is the usual one unless the environment says another', () => {
  const quiet = logTo({}, 'warn');
  quiet.log.info({}, 'unheard');
  assert.equal(quiet.lines.length, 0);
  const loud = logTo({ AURA_LOG_LEVEL: 'DEBUG' }, 'warn');
  loud.log.debug({}, 'heard');
  assert.equal(loud.lines.length, 1);
  assert.throws(() => logTo({ AURA_LOG_LEVEL: 'CANARY' }), {
    reason: 'InvalidInput',
    message: 'AURA_LOG_LEVEL must be one of trace, debug, info, warn, error, silent',
  });
});
