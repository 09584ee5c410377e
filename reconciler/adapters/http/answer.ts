/**
 * Reads an API's answer strictly: a field that is missing or of another type is `UnexpectedAnswer`,
 * never an empty list or a null. The failure's text contains no values.
 */
import { Failure } from '../../core/failure.ts';

/** The format in which most APIs write times; it needs no conversion. */
const wholeSecondsUtc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|\+00:00)$/;

function areTexts(value: object): value is Readonly<Record<string, string>> {
  const texts = value as Readonly<Record<string, unknown>>;
  for (const key in texts) if (typeof texts[key] !== 'string') return false;
  return !Array.isArray(value);
}

/** One object of an answer. `what` names it in failures: `a server of Hetzner's`. */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #what: string;

  constructor(value: unknown, what: string) {
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      throw new Failure('UnexpectedAnswer', `${what} is not an object`);
    this.#value = value as Record<string, unknown>;
    this.#what = what;
  }

  text(name: string): string {
    const value = this.#value[name];
    return typeof value === 'string' ? value : this.#fail(name, 'text');
  }

  number(name: string): number {
    const value = this.#value[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : this.#fail(name, 'number');
  }

  /** a decimal number written as text: prices */
  decimal(name: string): number {
    const value = this.text(name);
    return /^\d+(\.\d+)?$/.test(value) ? Number(value) : this.#fail(name, 'decimal number');
  }

  /** a numeric id, as decimal text */
  id(name: string): string {
    const value = this.#value[name];
    return Number.isSafeInteger(value) ? String(value) : this.#fail(name, 'id');
  }

  flag(name: string): boolean {
    const value = this.#value[name];
    return typeof value === 'boolean' ? value : this.#fail(name, 'boolean');
  }

  /** RFC 3339 in UTC, however the other side writes it */
  time(name: string): string {
    const text = this.text(name);
    const ms = Date.parse(text);
    if (Number.isFinite(ms) && wholeSecondsUtc.test(text)) return `${text.slice(0, 19)}Z`;
    return Number.isFinite(ms)
      ? new Date(ms).toISOString().replace('.000Z', 'Z')
      : this.#fail(name, 'time');
  }

  list(name: string): readonly unknown[] {
    const value = this.#value[name];
    return Array.isArray(value) ? value : this.#fail(name, 'list');
  }

  objects(name: string): readonly Fields[] {
    return this.list(name).map((one) => new Fields(one, `${name} of ${this.#what}`));
  }

  texts(name: string): readonly string[] {
    return this.list(name).map((one) =>
      typeof one === 'string' ? one : this.#fail(name, 'list of texts'),
    );
  }

  object(name: string): Fields {
    return new Fields(this.#value[name], `${name} of ${this.#what}`);
  }

  labels(name: string): Readonly<Record<string, string>> {
    const value = this.#value[name];
    if (value === null || typeof value !== 'object') return this.#fail(name, 'set of labels');
    return areTexts(value) ? value : this.#fail(name, 'set of labels');
  }

  /** the entries of an object; none if it is null */
  entries(name: string): ReadonlyMap<string, unknown> {
    const value = this.#value[name] ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) return this.#fail(name, 'object');
    return new Map(Object.entries(value));
  }

  /** whether the field is neither missing nor null */
  has(name: string): boolean {
    return this.#value[name] !== undefined && this.#value[name] !== null;
  }

  #fail(name: string, kind: string): never {
    throw new Failure('UnexpectedAnswer', `${name} of ${this.#what} is not a valid ${kind}`);
  }
}
