/**
 * The output of a verb: its result as text or as one JSON document on stdout, and its progress on
 * stderr. Colours and moving lines are for terminals only.
 */
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import type { Environment } from '../../config.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

export type Output = {
  readonly json: boolean;
  /** whether stderr is a terminal whose lines can be redrawn */
  readonly live: boolean;
  /** the size of the terminal that stdout is, as it is now; null if it is none */
  size(): TerminalSize | null;
  /** the result, for people; nothing under `--json` */
  text(text: string): void;
  /** the result as the one document of `--json`; nothing without it */
  document(value: unknown): void;
  /** A part of a result that is too long to be kept; resolves once more can be written. */
  stream(part: string): Promise<void>;
  /** a line about the progress, on stderr */
  note(text: string): void;
  /** unchanged to stderr, for a progress display */
  raw(text: string): void;
  /** coloured if both stdout and stderr are terminals */
  paint(style: Style, text: string): string;
};

export type TerminalSize = { readonly columns: number; readonly rows: number };

export type Streams = { readonly stdout: NodeJS.WriteStream; readonly stderr: NodeJS.WriteStream };

/** The width of a table where there is no terminal. */
export const columnsUsual = 80;
const rowsUsual = 24;

export function createOutput(
  { stdout, stderr }: Streams,
  { env, json }: { readonly env: Environment; readonly json: boolean },
): Output {
  const dumb = env['TERM'] === 'dumb';
  const live = stderr.isTTY === true && !dumb;
  // Both, because a coloured note must not end up in a file.
  const colours = live && stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '';
  let written = false;
  return {
    json,
    live,
    size: () => (stdout.isTTY === true && !dumb ? sizeOf(stdout) : null),
    text(text) {
      if (!json) stdout.write(withNewline(text));
    },
    document(value) {
      // One document: stderr and the exit code report a failure after the result was written.
      if (json && !written) stdout.write(`${JSON.stringify(value, null, 2)}\n`);
      written = true;
    },
    async stream(part) {
      written = true;
      if (!stdout.write(part)) await once(stdout, 'drain');
    },
    note: (text) => void stderr.write(withNewline(text)),
    raw: (text) => void stderr.write(text),
    paint: (style, text) => (colours ? `\u001b[${codes[style]}m${text}\u001b[0m` : text),
  };
}

/** Some terminals report no size, or zero. */
function sizeOf({ columns, rows }: Partial<TerminalSize>): TerminalSize {
  return { columns: columns || columnsUsual, rows: rows || rowsUsual };
}

const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** Removes control characters and direction overrides from foreign text. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(
    /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    '\ufffd',
  );
}

/** The same without line breaks, so that foreign text cannot look like a line of ours. */
export function oneLine(text: string): string {
  return plain(text).replaceAll(/\s+/g, ' ').trim();
}

/** Pads each column to its widest cell, except the last column. */
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
