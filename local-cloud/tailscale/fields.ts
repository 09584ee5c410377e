/** Checks fields of a request or a policy; a mistake is answered 400 with its reason. */
import { TailscaleError } from './errors.ts';

export type Asked = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown, name: string): Asked {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TailscaleError(400, `${name} must be an object`);
  return value as Asked;
}

export function textsOf(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string'))
    throw new TailscaleError(400, `${name} must be a list of strings`);
  return value;
}

export function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new TailscaleError(400, `${name} must be a string`);
  return value;
}

export function flagOf(value: unknown, name: string, otherwise?: boolean): boolean {
  if (value === undefined && otherwise !== undefined) return otherwise;
  if (typeof value !== 'boolean') throw new TailscaleError(400, `${name} must be a boolean`);
  return value;
}
