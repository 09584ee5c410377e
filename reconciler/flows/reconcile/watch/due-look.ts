/**
 * Looks by files and records alone, for a service that cannot read Hetzner and Tailscale: finds
 * what became due by time, such as a retry or the end of a grace. Drift, and the work of a push, are
 * left to the workflow.
 */
import { readableRecords } from '../../../core/fleet/recorded.ts';
import { dueMoments } from '../../../core/plan/due.ts';
import type { Ports } from '../../../ports/ports.ts';
import { tipOf } from '../../../ports/tip.ts';
import { readCatalogAndPolicy } from '../../shared/read-catalog.ts';
import { clocksApartMs, type Look } from './look.ts';

type DueLookPorts = Pick<Ports, 'state' | 'files' | 'journal' | 'clock'>;

const everyMs = 60_000;

export function createDueLook({ state, files, journal, clock }: DueLookPorts): Look {
  return async (_reason, fromMs) => {
    const nowMs = clock.now();
    const later = { dueMs: null, listingMs: nowMs + everyMs, spaceMs: everyMs };
    const looked = {
      read: 'fleet',
      isWhole: true,
      pauseMs: everyMs,
      next: later,
      plan: null,
    } as const;
    // At its start nothing has become due, and a service has events to handle.
    if (nowMs <= fromMs) return { ...looked, work: [], main: '', sinceMs: nowMs };
    const main = await tipOf({ state }, 'main');
    const { policy } = await readCatalogAndPolicy(main);
    const { records } = await journal.read();
    const moments = dueMoments({
      files: await files.at(main),
      records: readableRecords(records),
      policy,
      sinceMs: fromMs - clocksApartMs,
    });
    const passed = moments.filter((ms) => ms <= nowMs - clocksApartMs);
    const isStopped = policy.pause !== undefined || (await state.stop()) !== null;
    // Records change meanwhile: each look computes the moments anew.
    return {
      ...looked,
      work: isStopped ? [] : passed.map((ms) => `due at ${new Date(ms).toISOString()}`),
      main: main.commit,
      sinceMs: passed.at(-1) ?? nowMs,
    };
  };
}
