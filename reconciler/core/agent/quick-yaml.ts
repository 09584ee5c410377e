/**
 * A quick YAML parser for plain texts. The parser that keeps comments and positions takes six times
 * as long, and a fleet has a file and a record for each agent. Texts that the two parsers could
 * read differently, or that this one refuses, are left to the other one.
 */
import { CORE_SCHEMA, load } from 'js-yaml';

/**
 * Anchors, aliases, tags, block texts and directives, each by its sign where a node may begin;
 * explicit, empty or null keys; document markers, tabs and characters beyond ASCII.
 */
const beyondPlain =
  /(?:^|[-?:,[\]{}"']) *[&*!|>%`]|(?:^|[-[{,]) *[?:](?=[\s,\]}]|$)|(?:~|\b[Nn](?:ull|ULL)) *:|[\t\r]|[^\n\x20-\x7e]|^(?:---|\.\.\.)|__proto__/m;
/** Numbers with a sign, exponent, leading zero, leading or trailing point, underscores or base. */
const oddNumber =
  /(?:^|[\s,[{])(?:[-+.][0-9.][\w.+-]*|[-+]?\.(?:inf|nan)|0(?:[0-9_]+|[xob][0-9a-f_]*)|[0-9]+\.|[0-9][0-9.]*_[0-9_.]*|[0-9][0-9.]*e[0-9+-]*)(?=[\s,\]}]|$)/im;

/** null if the text needs the other parser. */
export function quickYaml(text: string): { readonly value: unknown } | null {
  if (beyondPlain.test(text) || oddNumber.test(text)) return null;
  try {
    return { value: load(text, { schema: CORE_SCHEMA }) };
  } catch {
    // The other parser reports the error, with line and column.
    return null;
  }
}
