/**
 * Reads the parameters of a route: a shape names each parameter and its type. Unknown ones are
 * refused by name, as Stripe does.
 */
import { StripeError } from './errors.ts';
import type { Form, FormValue } from './form.ts';
import type { Metadata } from './records.ts';

/** @throws StripeError about the parameter of that name */
type Parameter<Value> = (value: FormValue, name: string) => Value;
export type Shape = { readonly [name: string]: Parameter<unknown> };
export type Read<Asked extends Shape> = {
  readonly [Name in keyof Asked]?: ReturnType<Asked[Name]>;
};

export function read<Asked extends Shape>(form: Form, shape: Asked, within = ''): Read<Asked> {
  const nameOf = (name: string) => (within === '' ? name : `${within}[${name}]`);
  const unknown = Object.keys(form).filter((name) => !Object.hasOwn(shape, name));
  const [first] = unknown;
  if (first !== undefined) {
    const names = unknown.map(nameOf).join(', ');
    const plural = unknown.length === 1 ? '' : 's';
    throw refused(
      'parameter_unknown',
      `Received unknown parameter${plural}: ${names}`,
      nameOf(first),
    );
  }
  const entries = Object.entries(form).map(([name, value]) => [
    name,
    shape[name]?.(value, nameOf(name)),
  ]);
  return Object.fromEntries(entries) as Read<Asked>;
}

export function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined)
    throw refused('parameter_missing', `Missing required param: ${name}.`, name);
  return value;
}

export const text: Parameter<string> = (value, name) => {
  if (typeof value !== 'string')
    throw refused(null, `Invalid string: ${JSON.stringify(value)}`, name);
  if (value === '')
    throw refused(
      'parameter_invalid_empty',
      `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`,
      name,
    );
  if (value.length > textMax)
    throw refused(
      'parameter_invalid_string_too_long',
      `Invalid string: ${value.slice(0, 10)}...${value.slice(-10)}; must be at most ${textMax} characters`,
      name,
    );
  return value;
};
const textMax = 5000;

export const integer: Parameter<number> = (value, name) => {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number))
    throw refused('parameter_invalid_integer', `Invalid integer: ${shown(value)}`, name);
  return number;
};

export const number: Parameter<number> = (value, name) => {
  const found = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : null;
  if (found === null) throw refused(null, `Invalid decimal: ${shown(value)}`, name);
  return found;
};

export const flag: Parameter<boolean> = (value, name) => {
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw refused(null, `Invalid boolean: ${shown(value)}`, name);
};

export const second: Parameter<number> = (value, name) => {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number <= 253_402_300_799))
    throw refused(null, `Invalid timestamp: must be an integer Unix timestamp`, name);
  return number;
};

export function oneOf<const Values extends readonly string[]>(
  ...values: Values
): Parameter<Values[number]> {
  return (value, name) => {
    const found = values.find((known) => known === value);
    if (found === undefined) {
      const choice = values.length === 1 ? values[0] : `one of ${listed(values)}`;
      throw refused(null, `Invalid ${name}: must be ${choice}`, name);
    }
    return found;
  };
}

export function either<A, B>(a: Parameter<A>, b: Parameter<B>): Parameter<A | B> {
  return (value, name) => {
    try {
      return a(value, name);
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      return b(value, name);
    }
  };
}

/** An empty string unsets the value. */
export function unsettable<Value>(inner: Parameter<Value>): Parameter<Value | null> {
  return (value, name) => (value === '' ? null : inner(value, name));
}

export function list<Value>(inner: Parameter<Value>): Parameter<readonly Value[]> {
  return (value, name) => {
    if (typeof value === 'string') throw refused(null, 'Invalid array', name);
    return Object.entries(value)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([index, one]) => {
        if (!/^\d+$/.test(index)) throw refused(null, 'Invalid array', name);
        return inner(one, `${name}[${index}]`);
      });
  };
}

export function hash<Asked extends Shape>(shape: Asked): Parameter<Read<Asked>> {
  return (value, name) => {
    if (typeof value === 'string') throw refused(null, 'Invalid object', name);
    return read(value, shape, name);
  };
}

const metadataKeysMax = 50;
/** null removes all of it; an empty string removes that key. */
export const metadata: Parameter<Metadata | null> = (value, name) => {
  if (value === '') return null;
  if (typeof value === 'string') throw refused(null, 'Invalid object', name);
  const entries = Object.entries(value).map(([key, one]) => {
    if (typeof one !== 'string' || key.length > 40 || one.length > 500)
      throw refused(
        null,
        `Metadata keys have at most 40 characters and values at most 500: ${key.slice(0, 40)}`,
        `${name}[${key}]`,
      );
    return [key, one] as const;
  });
  return Object.fromEntries(entries);
};

export function mergedMetadata(old: Metadata, asked: Metadata | null | undefined): Metadata {
  if (asked === undefined) return old;
  if (asked === null) return {};
  const merged = Object.entries({ ...old, ...asked }).filter(([, value]) => value !== '');
  if (merged.length > metadataKeysMax)
    throw refused(null, `Metadata has at most ${metadataKeysMax} keys.`, 'metadata');
  return Object.fromEntries(merged);
}

/** Accepted, without an effect in this account. */
export const ignored: Parameter<FormValue> = (value) => value;

/** A parameter of Stripe that this account does not implement is refused, not ignored. */
export const unsupported: Parameter<never> = (_value, name) => {
  throw refused(null, `The local cloud does not act on the parameter ${name}.`, name);
};

export function refused(code: string | null, message: string, param: string): StripeError {
  return new StripeError(400, message, {
    ...(code === null ? {} : { code }),
    param,
    unbegun: true,
  });
}

function shown(value: FormValue): string {
  return typeof value === 'string' ? value.slice(0, 100) : JSON.stringify(value).slice(0, 100);
}

function listed(values: readonly string[]): string {
  return values.length < 3
    ? values.join(' or ')
    : `${values.slice(0, -1).join(', ')}, or ${values.at(-1) ?? ''}`;
}
