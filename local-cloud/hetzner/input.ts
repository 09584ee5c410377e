/** Checks the fields of a request; a mistake is answered with the real API's error. */
import type { FastifyRequest } from 'fastify';
import { HetznerError, invalid } from './errors.ts';

export type Asked = Readonly<Record<string, unknown>>;
export type ById = { Params: { id: string } };
export type WithBody = ById & { Body: Asked | undefined };

const nameMax = 255;

/** A missing body counts as empty: clients send none with most actions. */
export function askedOf(body: unknown): Asked {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body))
    throw new HetznerError('invalid_input', 'the request body must be an object', { fields: [] });
  return body as Asked;
}

export function queryOf(request: FastifyRequest): URLSearchParams {
  const at = request.url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1));
}

export function requiredText(asked: Asked, field: string, max = nameMax): string {
  const text = optionalText(asked, field, max);
  if (text === undefined || text === '') throw invalid(field, 'is required');
  return text;
}

export function optionalText(asked: Asked, field: string, max = nameMax): string | undefined {
  const value = asked[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(field, 'must be a string');
  if (value.length > max) throw invalid(field, 'is too long');
  return value;
}

export function optionalFlag(asked: Asked, field: string): boolean | undefined {
  const value = asked[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw invalid(field, 'must be a boolean');
  return value;
}

/** An id as a number, as clients send it, or as its digits. */
export function optionalId(asked: Asked, field: string): number | undefined {
  const value = asked[field];
  if (value === undefined || value === null) return undefined;
  const id = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0)
    throw invalid(field, 'must be an id');
  return id;
}

export function optionalList(asked: Asked, field: string): readonly unknown[] {
  const value = asked[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(field, 'must be a list');
  return value;
}

export function objectIn(value: unknown, field: string): Asked {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(field, 'must be an object');
  return value as Asked;
}

/** Whether a reference names the type, image or key: by id, by the id's digits, or by name. */
export function isMeant(one: { id: number; name?: string | null }, asked: unknown): boolean {
  if (typeof asked === 'number') return one.id === asked;
  return typeof asked === 'string' && (one.name === asked || String(one.id) === asked);
}
