/**
 * The quick way to a value: a fleet has a file and a record for each agent, and the parser that keeps
 * comments and positions takes six times as long as one that gives values alone. What the two could
 * read in different ways is left to the careful one, and so is what the quick one refuses.
 */
import { CORE_SCHEMA, load } from 'js-yaml';

/**
 * Anchors, aliases, tags, block texts and directives, each by its sign where something may begin:
 * inside a word or a text it is a letter as others. Keys that are marked, empty or null, document
 * markers, tabs, anything but ASCII.
 */
const beyondPlain =
  /(?:^|[-?:,[\]{}"']) *[&*!|>%`]|(?:^|[-[{,]) *[?:](?=[\s,\]}]|$)|(?:~|\b[Nn](?:ull|ULL)) *:|[\t\r]|[^\n\x20-\x7e]|^(?:---|\.\.\.)|__proto__/m;
/**
 * Whole words that are numbers with a sign, an exponent, a leading zero or point, underscores, a base.
 */
const oddNumber =
  /(?:^|[\s,[{])(?:[-+.][0-9.][\w.+-]*|[-+]?\.(?:inf|nan)|0(?:[0-9_]+|[xob][0-9a-f_]*)|[0-9]+\.|[0-9][0-9.]*_[0-9_.]*|[0-9][0-9.]*e[0-9+-]*)(?=[\s,\]}]|$)/im;

/** null where the text is for the careful parser. */
export function quickYaml(text: string): { readonly value: unknown } | null {
  if (beyondPlain.test(text) || oddNumber.test(text)) return null;
  try {
    return { value: load(text, { schema: CORE_SCHEMA }) };
  } catch {
    // What is wrong with it is said by the careful one, with line and column.
    return null;
  }
}
