/**
 * A page of docs/runbooks as a test follows it. A test can only run commands that are on the page,
 * and must run every command and every row of a table: neither the page nor its test can change
 * without the other.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownOf, root } from '../support/markdown.ts';

/** Words in capitals on a page are placeholders. */
export type Names = Readonly<Record<string, string>>;

export type Runbook = {
  readonly name: string;
  /** The command with its placeholders filled in; it must be on the page. */
  command(text: string, names?: Names): string;
  /** Records a row of a table as followed: `start` is the beginning of its first cell. */
  row(start: string): void;
  /** A sentence, or part of one, that the test follows by other means; it must be on the page. */
  says(text: string): void;
  /** A command, or a row by its beginning, that another test follows, or that no test can. */
  elsewhere(what: string, where: string): void;
  /** Throws where something of the page was not followed. */
  finish(): void;
};

const programs = /^(?:aura|git) /;

export function openRunbook(name: string): Runbook {
  const page = markdownOf(name, readFileSync(join(root, 'docs/runbooks', name), 'utf8'));
  const commands = new Set(page.code.map(withoutComment).filter((one) => programs.test(one)));
  const rows = rowsOf(page.text);
  const running = page.text.replaceAll(/\s+/g, ' ');
  const played = new Set<string>();

  function rowAt(start: string): string | undefined {
    return rows.find((row) => row.startsWith(start));
  }

  return {
    name,
    command(text, names = {}) {
      assert.ok(commands.has(text), `${name} has no command ${text}; it has ${[...commands]}`);
      played.add(text);
      return Object.entries(names).reduce(filledIn, text);
    },
    row(start) {
      const row = rowAt(start);
      assert.ok(row !== undefined, `${name} has no row ${start}; it has ${rows.join(' | ')}`);
      played.add(row);
    },
    says(text) {
      assert.ok(running.includes(text), `${name} does not say: ${text}`);
    },
    elsewhere(what, where) {
      const isPath = where.startsWith('test/');
      assert.ok(!isPath || existsSync(join(root, where)), `${where} is not there`);
      const found = commands.has(what) ? what : rowAt(what);
      assert.ok(found !== undefined, `${name} has neither a command nor a row ${what}`);
      played.add(found);
    },
    finish() {
      // A verb that is named without its arguments was run with them.
      const isPlayed = (one: string) =>
        played.has(one) || [...played].some((other) => other.startsWith(`${one} `));
      const left = [...commands, ...rows].filter((one) => !isPlayed(one));
      assert.deepEqual(left, [], `what ${name} says and its test does not play`);
    },
  };
}

function filledIn(line: string, [word, value]: readonly [string, string]): string {
  const isName = /^[A-Z_]+$/.test(word);
  assert.ok(line.includes(word), `${line} has no ${word}`);
  return line.replaceAll(isName ? new RegExp(`\\b${word}\\b`, 'g') : word, () => value);
}

function withoutComment(line: string): string {
  return line.replace(/\s+#.*$/, '').trim();
}

/** First cells of the rows of all tables, without the heads. */
function rowsOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, place) => {
    const isHead = /^\|[-| ]+\|$/.test(lines[place + 1] ?? '');
    if (!line.startsWith('|') || isHead || /^\|[-| ]+\|$/.test(line)) return [];
    return [(line.split('|')[1] ?? '').trim()];
  });
}
