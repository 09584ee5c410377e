/**
 * Keeps the faults that the local cloud injects, in the order of their requests.
 *
 * | kind | what the client sees |
 * |---|---|
 * | `status` | that status with the API's own error body; nothing happened |
 * | `delay` | the answer, `ms` late; with `handledFirst` what was true before the wait |
 * | `timeoutAfter` | the effect happens, the answer never comes; the socket closes after `ms` |
 * | `cut` | the socket closes; nothing happened |
 * | `truncate` | the effect happens, half of the body comes under the whole content-length |
 * | `empty` | a listing that answers 200 with nothing in it |
 * | `stale` | what an earlier GET of the same address answered |
 *
 * `ms` is wall time, because clients' timeouts are. Start and duration of a fault are world time,
 * as of a provider's outage.
 */
export const faultKinds = [
  'status',
  'delay',
  'timeoutAfter',
  'cut',
  'truncate',
  'empty',
  'stale',
] as const;
type FaultKind = (typeof faultKinds)[number];

export type Fault = {
  readonly api: string;
  readonly method?: string;
  /** A prefix of the request's path, from its first slash, without the query. */
  readonly path?: string;
  readonly kind: FaultKind;
  /** For `status`; 500 where not given. */
  readonly status?: number;
  /** For `status`: the error's message, where the API has none for the status. */
  readonly message?: string;
  readonly ms?: number;
  /** For `delay`: the request is handled at once, and only its answer is delayed. */
  readonly handledFirst?: boolean;
  /** How many requests it affects; 1 by default, or all of them if `seconds` is given. */
  readonly times?: number;
  /** World seconds until it begins; 0 by default. */
  readonly afterSeconds?: number;
  /** World seconds from its beginning to its end. */
  readonly seconds?: number;
};

/** `times` is the number of requests still affected; without it, every request until it ends. */
type PendingFault = Fault & { readonly id: number };

type FaultedRequest = {
  readonly api: string;
  readonly method: string;
  /** With or without a query. */
  readonly url: string;
};

export type Faults = {
  /** Returns the id that withdraws it. */
  add(fault: Fault): number;
  /**
   * Returns the first fault for the request and counts one use. `can` says which kinds the caller
   * can inject; other kinds wait for a later request.
   */
  take(request: FaultedRequest, can?: (kind: FaultKind) => boolean): Fault | undefined;
  /** Active faults, and faults that have not begun. */
  pending(): readonly PendingFault[];
  /** False where no fault has that id. */
  withdraw(id: number): boolean;
  clear(): void;
};

type Entry = {
  readonly id: number;
  readonly fault: Fault;
  readonly fromMs: number;
  readonly untilMs: number;
  left: number;
};

/** @param now world time, ms; without a clock no time passes, and what has begun stays */
export function createFaults(now: () => number = () => 0): Faults {
  let waiting: Entry[] = [];
  let last = 0;

  function current(): readonly Entry[] {
    waiting = waiting.filter(({ left, untilMs }) => left > 0 && now() < untilMs);
    return waiting;
  }

  return {
    add(fault) {
      const { times, seconds, afterSeconds = 0 } = fault;
      const fromMs = now() + afterSeconds * 1000;
      const untilMs = fromMs + (seconds ?? Number.POSITIVE_INFINITY) * 1000;
      const left = times ?? (seconds === undefined ? 1 : Number.POSITIVE_INFINITY);
      last += 1;
      waiting.push({ id: last, fault, fromMs, untilMs, left });
      return last;
    },
    take(request, can = () => true) {
      const entry = current().find(
        ({ fault, fromMs }) => now() >= fromMs && concerns(fault, request) && can(fault.kind),
      );
      if (entry === undefined) return undefined;
      entry.left -= 1;
      return entry.fault;
    },
    pending: () =>
      current().map(({ id, fault, left }) => ({
        id,
        ...fault,
        ...(Number.isFinite(left) ? { times: left } : {}),
      })),
    withdraw(id) {
      const before = current().length;
      waiting = waiting.filter((one) => one.id !== id);
      return waiting.length < before;
    },
    clear() {
      waiting = [];
    },
  };
}

function concerns(fault: Fault, request: FaultedRequest): boolean {
  const path = request.url.split('?', 1)[0] ?? '';
  return (
    fault.api === request.api &&
    (fault.method === undefined || fault.method.toUpperCase() === request.method) &&
    (fault.path === undefined || path.startsWith(fault.path))
  );
}

/** Longer than any client's timeout: then the socket of a lost answer is closed. */
export const lostAnswerMs = 30_000;
