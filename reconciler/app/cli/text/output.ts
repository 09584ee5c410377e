/**
 * Where a verb's words go: text for people or one JSON document on stdout, everything that happens
 * on the way on stderr. Colours and moving lines are for terminals only.
 */
import { stripVTControlCharacters } from 'node:util';
import type { Environment } from '../../config.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

export type Output = {
  readonly json: boolean;
  /** whether stderr is a terminal on which lines may move */
  readonly live: boolean;
  /** the result, for people; nothing under `--json` */
  text(text: string): void;
  /** the result as the one document of `--json`; nothing without it */
  document(value: unknown): void;
  /** what happens on the way; a line on stderr */
  note(text: string): void;
  /** stderr as it is, for a progress display */
  raw(text: string): void;
  /** coloured where stdout, or for notes stderr, is a terminal */
  paint(style: Style, text: string): string;
};

export type Streams = { readonly stdout: NodeJS.WriteStream; readonly stderr: NodeJS.WriteStream };

export function createOutput(
  { stdout, stderr }: Streams,
  { env, json }: { readonly env: Environment; readonly json: boolean },
): Output {
  const dumb = env['TERM'] === 'dumb';
  const live = stderr.isTTY === true && !dumb;
  // Both have to be terminals: a coloured note must not end up in a file.
  const colours = live && stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '';
  let written = false;
  return {
    json,
    live,
    text(text) {
      if (!json) stdout.write(withNewline(text));
    },
    document(value) {
      // One document: a failure after the result was written is reported on stderr and by the exit
      // code.
      if (json && !written) stdout.write(`${JSON.stringify(value, null, 2)}\n`);
      written = true;
    },
    note: (text) => void stderr.write(withNewline(text)),
    raw: (text) => void stderr.write(text),
    paint: (style, text) => (colours ? `\u001b[${codes[style]}m${text}\u001b[0m` : text),
  };
}

const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** Text from outside cannot move a terminal's cursor, nor write backwards. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(
    /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    '\ufffd',
  );
}

/** The same without a line break: foreign text cannot pass for a line of ours. */
export function oneLine(text: string): string {
  return plain(text).replaceAll(/\s+/g, ' ').trim();
}

/** Columns as wide as their widest cell; the last one is left as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [place, cell] of row.entries()) {
      widths[place] = Math.max(widths[place] ?? 0, cell.length);
    }
  }
  return rows
    .map((row) =>
      row
        .map((cell, place) => (place === row.length - 1 ? cell : cell.padEnd(widths[place] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
