/**
 * The variables of a play as YAML. Every text is tagged `!unsafe`, because Ansible evaluates the
 * templates in a variable on this machine, and customers choose some of the texts.
 */

export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [name: string]: Value };

export function asVariables(values: Readonly<Record<string, Value>>): string {
  const lines = Object.entries(values).map(([name, value]) => `${name}: ${yamlOf(value)}\n`);
  return lines.join('');
}

/** In YAML's flow style: JSON, but for the tags. */
function yamlOf(value: Value): string {
  if (typeof value === 'string') return `!unsafe ${quoted(value)}`;
  if (value === null || typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(yamlOf).join(', ')}]`;
  const fields = Object.entries(value).map(([name, one]) => `${quoted(name)}: ${yamlOf(one)}`);
  return `{${fields.join(', ')}}`;
}

function isList(value: Value & object): value is readonly Value[] {
  return Array.isArray(value);
}

/** All but ASCII is escaped, by code points: YAML has no surrogates, and forbids some characters. */
function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll(
    /[^\x20-\x7e]/gu,
    (one) => `\\U${(one.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  );
}
