/** Parses the values of options and arguments; throws `InvalidArgumentError` for invalid ones. */
import { isIPv4 } from 'node:net';
import { InvalidArgumentError } from 'commander';
import { type AgentId, parseAgentId } from '../../../core/agent/agent.ts';
import type { Phase } from '../../../core/fleet/recorded.ts';
import { timeMsIn } from '../../../core/text/time.ts';

export type Shard = { readonly index: number; readonly count: number };

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

export function factor(text: string): number {
  const value = /^[0-9]{1,6}(\.[0-9]{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= 100_000) return value;
  throw new InvalidArgumentError('It must be a number above 0 and at most 100000.');
}

export function agentId(text: string): AgentId {
  const id = parseAgentId(text);
  if (id !== null) return id;
  throw new InvalidArgumentError('An id is agt- and 12 characters, such as agt-ebatfk893tq6.');
}

/** Values that are separated by commas. */
export function listed(text: string): readonly string[] {
  const values = text.split(',').map((one) => one.trim());
  if (values.every((one) => one !== '')) return values;
  throw new InvalidArgumentError('It must be one value or more, separated by commas.');
}

const phases: Readonly<Record<Phase | 'unknown', true>> = {
  ...{ queued: true, creating: true, configuring: true, joining: true, running: true },
  ...{ updating: true, stopping: true, stopped: true, suspended: true, retiring: true },
  ...{ retired: true, failed: true, frozen: true, unknown: true },
};

export function phasesListed(text: string): readonly string[] {
  const values = listed(text);
  if (values.every((one) => Object.hasOwn(phases, one))) return values;
  throw new InvalidArgumentError(`Phases are ${Object.keys(phases).join(', ')}.`);
}

const shardsMax = 256;

export function shardOf(text: string): Shard {
  const [, index, count] = (/^([0-9]{1,3})\/([0-9]{1,3})$/.exec(text) ?? []).map(Number);
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) {
    if (count <= shardsMax) return { index, count };
  }
  throw new InvalidArgumentError(`It must be i/n, such as 1/8, with n at most ${shardsMax}.`);
}

export function httpUrl(text: string): string {
  const parsed = URL.parse(text);
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return text;
  throw new InvalidArgumentError('It must be an http or https URL.');
}

export function commitName(text: string): string {
  if (/^[0-9a-f]{7,64}$/.test(text)) return text;
  throw new InvalidArgumentError('A commit is 7 to 64 characters of 0-9 and a-f.');
}

/** A day or a moment, as a time in milliseconds. */
export function moment(text: string): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const ms =
    isDay || /^\d{4}-\d{2}-\d{2}T.+(Z|[+-]\d{2}:\d{2})$/.test(text) ? timeMsIn(text) : null;
  if (ms !== null) return ms;
  throw new InvalidArgumentError('It must be a day (2026-11-22) or a time (2026-11-22T05:00:00Z).');
}

export function subscriptionId(text: string): string {
  if (/^sub_[A-Za-z0-9_]{1,60}$/.test(text)) return text;
  throw new InvalidArgumentError('A cursor is the id of a subscription, such as sub_1Px….');
}

/** Records have no other addresses. */
export function ipv4(text: string): string {
  if (isIPv4(text)) return text;
  throw new InvalidArgumentError('It must be an IPv4 address, such as 198.18.0.1.');
}

export function requestKey(text: string): string {
  if (/^[A-Za-z0-9._:-]{1,100}$/.test(text)) return text;
  throw new InvalidArgumentError('A key is 1 to 100 letters, digits, dots, colons or dashes.');
}
