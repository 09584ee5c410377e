/**
 * Faults that the local cloud has been asked to show, in the order they were asked for.
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
 * `ms` is wall time: it is about the client's patience, not about the world. From when and for how
 * long a fault is there is world time, as an outage of a provider would be.
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
  /** For `status`: what the error says, where the API has no words of its own for the status. */
  readonly message?: string;
  readonly ms?: number;
  /** For `delay`: the request is handled at once, and only its answer held, as on a slow way back. */
  readonly handledFirst?: boolean;
  /** How many requests it concerns; 1 where not given, and all of its `seconds` where those are. */
  readonly times?: number;
  /** It begins so long after it was asked for; at once where not given. */
  readonly afterSeconds?: number;
  /** It is withdrawn so long after it has begun. */
  readonly seconds?: number;
};

/** `times` is how many requests it still concerns; without it, all while it lasts. */
type PendingFault = Fault & { readonly id: number };

type FaultedRequest = {
  readonly api: string;
  readonly method: string;
  /** With or without a query. */
  readonly url: string;
};

export type Faults = {
  /** The id that withdraws it. */
  add(fault: Fault): number;
  /**
   * The first fault that concerns the request, used up by one. `can` says which kinds the place
   * that asks is able to show for it; others wait for a later request.
   */
  take(request: FaultedRequest, can?: (kind: FaultKind) => boolean): Fault | undefined;
  /** Those that are there, and those that have still to begin. */
  pending(): readonly PendingFault[];
  /** False where there is none of that id any more. */
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

/** Patience of no real client, after which a lost answer's socket is closed. */
export const lostAnswerMs = 30_000;
