/** Every runbook is followed by a test, which can run only what its page contains. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../support/markdown.ts';
import { readSources } from '../support/source.ts';
import { openRunbook } from './runbook.ts';

const pages = readdirSync(join(root, 'docs/runbooks')).filter((name) => name.endsWith('.md'));
const tests = readSources('test/runbooks/*.test.ts').filter(
  ({ path }) => !path.endsWith('pages.test.ts'),
);

describe('the runbooks', () => {
  test('are each opened and finished by a test', () => {
    const opened = tests.flatMap(({ lines }) =>
      lines.flatMap((line) =>
        [...line.matchAll(/openRunbook\('([^']+)'\)/g)].map(([, name]) => name),
      ),
    );
    assert.deepEqual(
      pages.filter((page) => !opened.includes(page)),
      [],
      'has no test that follows it',
    );
    const count = (word: string) =>
      tests.flatMap(({ lines }) => lines).filter((line) => line.includes(word)).length;
    assert.equal(count('book.finish();'), opened.length, 'a page is opened and not finished');
  });

  test('allow no command that they do not contain, and require all of theirs', () => {
    const book = openRunbook('wrong-stripe-account.md');
    assert.throws(() => book.command('aura destroy everything'), /has no command/);
    assert.throws(() => book.row('a row that is not there'), /has no row/);
    assert.throws(() => book.says('a sentence that is not there'), /does not say/);
    assert.throws(() => book.elsewhere('aura doctor', 'test/not/there.ts'), /is not there/);
    assert.throws(() => book.finish(), /aura resync/);
    for (const command of ['aura doctor', 'aura audit --max 20', 'aura resync'])
      book.command(command);
    book.finish();
    const named = openRunbook('invalid-file.md');
    const line = named.command('aura audit --agent AGENT --max 3', { AGENT: 'agt-1' });
    assert.equal(line, 'aura audit --agent agt-1 --max 3');
    assert.throws(() => named.command('aura validate', { AGENT: 'agt-1' }), /has no AGENT/);
  });
});
