/**
 * A table that fits a width. The last column takes what the others leave, and is cut there. Where
 * that is too little, columns are left out: those of the highest rank first, never those of rank 0.
 */

export type Column = { readonly name: string; readonly rank: number };

const gap = '  ';
/** The last column has at least this much before other columns are shown. */
const lastMin = 24;

/** Its lines, the names of the columns first. */
export function fittingTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const cells = [columns.map(({ name }) => name), ...rows];
  const widths = columns.map((_, place) =>
    cells.reduce((most, row) => Math.max(most, lengthOf(row[place] ?? '')), 0),
  );
  const shown = shownColumns(columns, widths, width);
  const last = columns.length - 1;
  return cells.map((row) => {
    const parts = shown.map((place) => {
      const cell = row[place] ?? '';
      return place === last ? cell : padded(cell, widths[place] ?? 0);
    });
    return cut(parts.join(gap).trimEnd(), width);
  });
}

/** The places of the columns that are shown. */
function shownColumns(
  columns: readonly Column[],
  widths: readonly number[],
  width: number,
): readonly number[] {
  const last = columns.length - 1;
  const least = widths.map((one, place) => (place === last ? Math.min(one, lastMin) : one));
  const places = columns.map((_, place) => place);
  const ranks = [...new Set(columns.map(({ rank }) => rank))].sort((a, b) => b - a);
  for (const rankMax of ranks) {
    const some = places.filter((place) => (columns[place]?.rank ?? 0) <= rankMax);
    const needed = some.reduce((sum, place) => sum + (least[place] ?? 0) + gap.length, -gap.length);
    if (needed <= width || rankMax === 0) return some;
  }
  return places;
}

function cut(line: string, width: number): string {
  if (lengthOf(line) <= width) return line;
  let kept = '';
  for (const character of line) {
    if (lengthOf(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - lengthOf(cell)));
}

const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}]/u;
const plainText = /^[\x20-\x7e]*$/;

/** In columns of a terminal. */
function lengthOf(text: string): number {
  if (plainText.test(text)) return text.length;
  return [...text].reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0);
}
