/**
 * Label selectors: `k=v` `k==v` `k!=v` `k` `!k` `k in (a,b)` `k notin (a,b)`; comma is AND.
 * https://docs.hetzner.cloud/reference/cloud#label-selector
 */
import { HetznerError, invalid } from './errors.ts';

export type Labels = Readonly<Record<string, string>>;
type Term = (labels: Labels) => boolean;

const name =
  '((?:[A-Za-z0-9][A-Za-z0-9.-]{0,251}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)';
const valuePattern = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const namePattern = new RegExp(`^${name}$`);
const equalsPattern = new RegExp(`^${name}\\s*(==|=|!=)\\s*(.*)$`);
const setPattern = new RegExp(`^${name}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const presencePattern = new RegExp(`^(!?)\\s*${name}$`);

export function parseSelector(text: string): (labels: Labels) => boolean {
  const terms = splitTerms(text).map(parseTerm);
  return (labels) => terms.every((term) => term(labels));
}

/** Throws invalid_input for what the real API does not take as labels. */
export function checkedLabels(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw invalid('labels', 'must be an object');
  for (const [key, text] of Object.entries(value)) {
    if (!namePattern.test(key)) throw invalid('labels', `key '${key}' is not valid`);
    if (key.startsWith('hetzner.cloud/')) throw invalid('labels', `key '${key}' is reserved`);
    if (typeof text !== 'string' || !valuePattern.test(text))
      throw invalid('labels', `value of '${key}' is not valid`);
  }
  return { ...(value as Record<string, string>) };
}

/** Commas within parentheses belong to their set. */
function splitTerms(text: string): readonly string[] {
  const terms: string[] = [];
  let depth = 0;
  let current = '';
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) {
      terms.push(current.trim());
      current = '';
    } else current += character;
  }
  terms.push(current.trim());
  return terms;
}

function parseTerm(term: string): Term {
  const set = setPattern.exec(term);
  if (set !== null) {
    const [, key = '', operator = '', list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return operator === 'in'
      ? (labels) => key in labels && values.has(labels[key] ?? '')
      : (labels) => !(key in labels) || !values.has(labels[key] ?? '');
  }
  const equals = equalsPattern.exec(term);
  if (equals !== null) {
    const [, key = '', operator = '', value = ''] = equals;
    if (!valuePattern.test(value)) throw badSelector();
    return operator === '!='
      ? (labels) => labels[key] !== value
      : (labels) => labels[key] === value;
  }
  const presence = presencePattern.exec(term);
  if (presence === null) throw badSelector();
  const [, not = '', key = ''] = presence;
  return not === '!' ? (labels) => !(key in labels) : (labels) => key in labels;
}

function badSelector(): HetznerError {
  return new HetznerError('invalid_input', "invalid input in field 'label_selector'", {
    fields: [{ name: 'label_selector', messages: ['is not a valid label selector'] }],
  });
}
