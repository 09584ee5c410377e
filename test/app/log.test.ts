import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog, describeError } from '../../reconciler/app/log.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import { withoutSecrets } from '../../reconciler/core/text/secret-shapes.ts';
import { secretTexts } from '../builders/secret-texts.ts';

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
  const { log, lines } = logTo();
  for (const secret of secretTexts) {
    log.warn({ said: secret, error: new Error(`no: ${secret}`, { cause: secret }) }, secret);
    assert.doesNotMatch(withoutSecrets(`before ${secret} after`), /CANARY/, secret);
  }
  assert.equal(lines.length, secretTexts.length);
  for (const line of lines) {
    assert.doesNotMatch(line, /CANARY/);
    assert.doesNotThrow(() => JSON.parse(line));
  }
});

test('ordinary text stays as it is', () => {
  const text = 'create agt-7m2k9q4xw3td: plan starter, see https://example.com/a@b?page=2';
  assert.equal(withoutSecrets(text), text);
});

test('a failure is shown by reason, class and cause', () => {
  const cause = new Error('fetch failed', {
    cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
  });
  const failure = new Failure('ProviderOutage', 'Hetzner answers 503', { httpStatus: 503, cause });
  assert.deepEqual(describeError(failure), {
    reason: 'ProviderOutage',
    errorClass: 'transient',
    message: 'Hetzner answers 503',
    httpStatus: 503,
    causes: ['fetch failed', 'ECONNREFUSED: connect'],
  });
});

test('only a bug has a stack', () => {
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
