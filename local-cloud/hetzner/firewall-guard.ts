/**
 * Which firewalls guard a server, and which servers a firewall guards.
 *
 * Selectors take effect some seconds after labels change; a firewall that is applied to a server
 * directly is pending until its action has ended.
 */
import type { Project } from './project.ts';
import type { AppliedTo, Firewall, Labels, Server } from './records.ts';
import { matches, parseSelector } from './selector.ts';
import type { Term } from './table.ts';

/** World time until changed labels take effect, and until a firewall is applied. */
export const followDelayMs = 2000;
export const applySeconds = 1;

type Guard = { readonly id: number; readonly status: 'applied' | 'pending' };

export function guardOf(project: Project, server: Server): readonly Guard[] {
  if (project.firewalls.size === 0 || (server.ipv4 === null && server.ipv6 === null)) return [];
  const now = project.clock.now();
  const guards: Guard[] = [];
  for (const firewall of project.firewalls.values()) {
    const target = firewall.appliedTo.find((one) => concerns(one, server, now));
    if (target === undefined) continue;
    const pending = target.type === 'server' && now - target.since < applySeconds * 1000;
    guards.push({ id: firewall.id, status: pending ? 'pending' : 'applied' });
  }
  return guards;
}

/** Whether one of its selectors covers the server, by the labels that are in effect. */
export function isFollowed(project: Project, firewall: Firewall, server: Server): boolean {
  const now = project.clock.now();
  return firewall.appliedTo.some(
    (one) => one.type === 'label_selector' && concerns(one, server, now),
  );
}

/** The ids of the servers that a selector covers now. */
export function followed(project: Project, selector: string): readonly number[] {
  const now = project.clock.now();
  const terms = termsOf(selector);
  const selected = project.servers.select(terms);
  return selected.filter((id) => {
    const server = project.servers.get(id);
    return server !== undefined && matchesNow(terms, server, now);
  });
}

function concerns(target: AppliedTo, server: Server, nowMs: number): boolean {
  return target.type === 'server'
    ? target.server === server.id
    : matchesNow(termsOf(target.selector), server, nowMs);
}

function matchesNow(terms: readonly Term[], server: Server, nowMs: number): boolean {
  const labels = noticed(server, nowMs);
  return labels !== null && matches(terms, labels);
}

function noticed(server: Server, nowMs: number): Labels | null {
  return nowMs - server.labelsChangedAt >= followDelayMs ? server.labels : server.labelsBefore;
}

const parsed = new Map<string, readonly Term[]>();
const parsedMax = 1000;

function termsOf(selector: string): readonly Term[] {
  const known = parsed.get(selector);
  if (known !== undefined) return known;
  if (parsed.size >= parsedMax) parsed.clear();
  const terms = parseSelector(selector);
  parsed.set(selector, terms);
  return terms;
}
