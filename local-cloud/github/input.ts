/** Reads the fields of a JSON body, and refuses a wrong type in GitHub's words. */
import { malformed } from './errors.ts';

export function fieldIn(body: unknown, field: string): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, field)
    ? (body as Record<string, unknown>)[field]
    : undefined;
}

/** A text field; undefined where it is not given or null. */
export function textIn(body: unknown, field: string): string | undefined {
  const value = fieldIn(body, field);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(field, value, 'a string');
  if (Buffer.byteLength(value) > textBytesMax && !longFields.includes(field)) {
    throw malformed(`${field} is too long (maximum is ${textBytesMax} characters)`);
  }
  return value;
}

const textBytesMax = 65_536;
const longFields = ['content', 'message'];

export function requiredTextIn(body: unknown, field: string): string {
  const value = textIn(body, field);
  if (value === undefined) throw malformed(`"${field}" wasn't supplied.`);
  return value;
}

/** One of these words; undefined where it is not given. */
export function wordIn<Word extends string>(
  body: unknown,
  field: string,
  words: readonly Word[],
): Word | undefined {
  const value = textIn(body, field);
  const found = words.find((word) => word === value);
  if (value !== undefined && found === undefined) {
    const allowed = words.join(', ');
    throw malformed(`For 'properties/${field}', ${value} is not a member of [${allowed}].`);
  }
  return found;
}

export function booleanIn(body: unknown, field: string): boolean | undefined {
  const value = fieldIn(body, field);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw wrongType(field, value, 'a boolean');
  return value;
}

export function wholeIn(body: unknown, field: string): number | undefined {
  const value = fieldIn(body, field);
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value)) throw wrongType(field, value, 'an integer');
  return value as number;
}

export function textsIn(body: unknown, field: string): string[] | undefined {
  const values = listIn(body, field);
  values?.forEach((value, i) => {
    if (typeof value !== 'string') throw wrongType(`${field}/${i}`, value, 'a string');
  });
  return values as string[] | undefined;
}

export function listIn(body: unknown, field: string): unknown[] | undefined {
  const value = fieldIn(body, field);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrongType(field, value, 'an array');
  return value;
}

export function recordIn(body: unknown, field: string): Record<string, unknown> | undefined {
  const value = fieldIn(body, field);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(field, value, 'an object');
  return value as Record<string, unknown>;
}

/** The number in a path; NaN, which matches nothing, for any other text. */
export function numberOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

function wrongType(field: string, value: unknown, wanted: string) {
  const shown = JSON.stringify(value).slice(0, 100);
  return malformed(
    `For 'properties/${field}', ${value === null ? 'nil' : shown} is not ${wanted}.`,
  );
}
