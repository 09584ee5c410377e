/** B8: texts and names of others that would appear in git, on a terminal, or in an environment. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { agentExample } from '../../../reconciler/core/agent/agent-file.ts';
import { parseCommand } from '../../../reconciler/core/commands/command-request.ts';
import { holdsSecret } from '../../../reconciler/core/text/secret-shapes.ts';
import { validate } from '../../../schemas/validate.ts';
import { secretTexts } from '../../builders/secret-texts.ts';

function problemsOf(config: object): readonly string[] {
  const agent = parse(agentExample) as { spec: object };
  const checked = validate('agent', { ...agent, spec: { ...agent.spec, config } });
  return checked.ok
    ? []
    : checked.problems.map(({ keys, message }) => `${keys.join('.')}: ${message}`);
}

describe('a display name', () => {
  it('contains no control or direction characters', () => {
    for (const character of ['\u0000', '\n', '\u001b', '\u0085', '\u2028', '\u202e', '\u2066'])
      assert.deepEqual(problemsOf({ displayName: `Ada${character}` }), [
        'spec.config.displayName: must not hold control or direction characters',
      ]);
  });

  it('may be of any language, with combined symbols', () => {
    for (const displayName of ['Ada & Söhne', 'عائشة', '👩‍💻 Ops', 'می‌خواهم', 'e\u0301'])
      assert.deepEqual(problemsOf({ displayName }), []);
  });
});

describe('the name of an environment variable', () => {
  it('changes nothing of what programs load, run or reach', () => {
    const refused =
      'LD_PRELOAD PATH NODE_OPTIONS PYTHONPATH BASH_ENV HTTPS_PROXY DYLD_INSERT_LIBRARIES';
    const more =
      'GIT_SSH_COMMAND PERL5LIB RUBYOPT JAVA_TOOL_OPTIONS SSL_CERT_FILE GLIBC_TUNABLES IFS ENV';
    for (const name of `${refused} ${more} AURA_TOKEN_SECRET`.split(' '))
      assert.deepEqual(problemsOf({ secrets: { [name]: 'secret://a' } }), [
        `spec.config.secrets.${name}: is a name that changes what programs load, run or reach: take another one`,
      ]);
  });

  it('is otherwise free', () => {
    for (const name of ['API_KEY', 'PATHFINDER_TOKEN', 'MY_LD_PATH', 'NODEKEY', 'ENVIRONMENT'])
      assert.deepEqual(problemsOf({ secrets: { [name]: 'secret://a' } }), [], name);
  });
});

describe('a text that looks like a secret', () => {
  it('is refused in a reason and in a setting, and not repeated', () => {
    for (const secret of secretTexts) {
      assert.ok(holdsSecret(secret), secret);
      for (const [request, field] of [
        [{ command: 'stop', reason: `because ${secret}` }, 'reason'],
        [{ command: 'config', config: { displayName: secret } }, 'config.displayName'],
        [{ command: 'config', config: { secrets: { A: secret } } }, 'config.secrets.A'],
      ] as const) {
        const parsed = parseCommand(request);
        assert.ok(!parsed.ok, JSON.stringify(request));
        assert.deepEqual(
          parsed.problems.map((one) => one.field),
          [field],
        );
        assert.ok(!JSON.stringify(parsed).includes(secret));
      }
    }
  });

  it('is not one that only mentions a secret', () => {
    for (const reason of ['the token was revoked', 'see https://example.com/a?b=c', 'sk_live'])
      assert.ok(parseCommand({ command: 'stop', reason }).ok, reason);
  });
});
