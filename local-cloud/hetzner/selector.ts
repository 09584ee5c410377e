/**
 * Label selectors: `k=v` `k==v` `k!=v` `k` `!k` `k in (a,b)` `k notin (a,b)`; comma is AND.
 * https://docs.hetzner.cloud/reference/cloud#label-selector
 */
import { impossible } from '../../reconciler/core/failure.ts';
import { type HetznerError, invalid } from './errors.ts';
import type { Labels } from './records.ts';
import type { Term } from './table.ts';

const name =
  '((?:[A-Za-z0-9][A-Za-z0-9.-]{0,251}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)';
const valuePattern = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const namePattern = new RegExp(`^${name}$`);
const equalsPattern = new RegExp(`^${name}\\s*(==|=|!=)\\s*(.*)$`);
const setPattern = new RegExp(`^${name}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const presencePattern = new RegExp(`^(!?)\\s*${name}$`);
const selectorMax = 4096;
const labelsMax = 64;

/** Throws invalid_input for an invalid selector; an empty one selects everything. */
export function parseSelector(text: string, field = 'label_selector'): readonly Term[] {
  if (text.trim() === '') return [];
  if (text.length > selectorMax) throw badSelector(field);
  return splitTerms(text).map((term) => parseTerm(term, field));
}

export function matches(terms: readonly Term[], labels: Labels): boolean {
  return terms.every((term) => {
    const value = Object.hasOwn(labels, term.key) ? labels[term.key] : undefined;
    switch (term.kind) {
      case 'in':
        return value !== undefined && term.values.includes(value);
      case 'notIn':
        return value === undefined || !term.values.includes(value);
      case 'has':
        return value !== undefined;
      case 'hasNot':
        return value === undefined;
      default:
        return impossible(term);
    }
  });
}

/** Throws invalid_input for labels that the real API refuses. */
export function checkedLabels(value: unknown): Labels {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw invalid('labels', 'must be an object');
  const entries = Object.entries(value);
  if (entries.length > labelsMax) throw invalid('labels', `must be at most ${labelsMax}`);
  for (const [key, text] of entries) {
    if (!namePattern.test(key)) throw invalid('labels', `key '${key}' is not valid`);
    if (key.startsWith('hetzner.cloud/')) throw invalid('labels', `key '${key}' is reserved`);
    if (typeof text !== 'string' || !valuePattern.test(text))
      throw invalid('labels', `value of '${key}' is not valid`);
  }
  return Object.fromEntries(entries);
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

function parseTerm(term: string, field: string): Term {
  const set = setPattern.exec(term);
  if (set !== null) {
    const [, key = '', operator = '', list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    if (values.some((value) => !valuePattern.test(value))) throw badSelector(field);
    return { kind: operator === 'in' ? 'in' : 'notIn', key, values };
  }
  const equals = equalsPattern.exec(term);
  if (equals !== null) {
    const [, key = '', operator = '', value = ''] = equals;
    if (!valuePattern.test(value)) throw badSelector(field);
    return { kind: operator === '!=' ? 'notIn' : 'in', key, values: [value] };
  }
  const presence = presencePattern.exec(term);
  if (presence === null) throw badSelector(field);
  const [, not = '', key = ''] = presence;
  return { kind: not === '!' ? 'hasNot' : 'has', key };
}

function badSelector(field: string): HetznerError {
  return invalid(field, 'is not a valid label selector');
}
