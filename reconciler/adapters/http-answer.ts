/**
 * Reads what an API answered, strictly: a field that is missing or of another kind is
 * `UnexpectedAnswer`, never an empty list or a null. The values stay out of the failure's text.
 */
import { Failure } from '../core/failure.ts';

/** One object of an answer. `what` names it in failures: `a server of Hetzner's`. */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #what: string;

  constructor(value: unknown, what: string) {
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      throw new Failure('UnexpectedAnswer', `${what} is no object`);
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
    return typeof value === 'boolean' ? value : this.#fail(name, 'true or false');
  }

  /** RFC 3339 in UTC, however the other side writes it */
  time(name: string): string {
    const ms = Date.parse(this.text(name));
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
    const entries = Object.entries(value).map(([key, label]): [string, string] =>
      typeof label === 'string' ? [key, label] : this.#fail(name, 'set of labels'),
    );
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** whether there is anything: neither missing nor null */
  has(name: string): boolean {
    return this.#value[name] !== undefined && this.#value[name] !== null;
  }

  #fail(name: string, kind: string): never {
    throw new Failure('UnexpectedAnswer', `${name} of ${this.#what} is no ${kind}`);
  }
}
