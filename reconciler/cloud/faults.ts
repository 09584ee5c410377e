/**
 * Faults that the local cloud has been asked to show, in the order they were asked for.
 *
 * | kind | what the client sees |
 * |---|---|
 * | `status` | that status with the API's own error body; nothing happened |
 * | `delay` | the answer, `ms` late |
 * | `timeoutAfter` | the effect happens, the answer never comes; the socket closes after `ms` |
 * | `cut` | the socket closes; nothing happened |
 * | `truncate` | the effect happens, half of the body comes under the whole content-length |
 * | `empty` | a listing that answers 200 with nothing in it |
 * | `stale` | what an earlier GET of the same address answered |
 *
 * Times are wall time: they are about the client's patience, not about the world.
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
export type FaultKind = (typeof faultKinds)[number];

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
  /** How many requests it concerns; 1 where not given. */
  readonly times?: number;
};

export type FaultedRequest = {
  readonly api: string;
  readonly method: string;
  /** With or without a query. */
  readonly url: string;
};

export type Faults = {
  add(fault: Fault): void;
  /**
   * The first fault that concerns the request, used up by one. `can` says which kinds the place
   * that asks is able to show for it; others wait for a later request.
   */
  take(request: FaultedRequest, can?: (kind: FaultKind) => boolean): Fault | undefined;
  pending(): readonly Fault[];
  clear(): void;
};

export function createFaults(): Faults {
  let waiting: { readonly fault: Fault; left: number }[] = [];

  return {
    add(fault) {
      waiting.push({ fault, left: fault.times ?? 1 });
    },
    take(request, can = () => true) {
      const entry = waiting.find(
        ({ fault, left }) => left > 0 && concerns(fault, request) && can(fault.kind),
      );
      if (entry === undefined) return undefined;
      entry.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return entry.fault;
    },
    pending: () => waiting.map(({ fault, left }) => ({ ...fault, times: left })),
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
