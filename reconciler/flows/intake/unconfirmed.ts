/**
 * What was written by a reading that another service's may have overlapped with: one that came to
 * nothing leaves no trace in the repository. A reading that begins after our push began after both
 * had ended (whoever reads Stripe after a push reads the file after it, too), and decides.
 */
export type Unconfirmed = {
  /** @param moment after the push */
  wrote(subscription: string, moment: number): void;
  /** A reading that began at that moment was followed, or left the file as it is. */
  confirmed(subscription: string, moment: number): void;
  /** the oldest first */
  list(): readonly string[];
};

/** Past them the oldest are left to the next resync. */
const keptMax = 20_000;

export function createUnconfirmed(): Unconfirmed {
  const written = new Map<string, number>();
  return {
    wrote(subscription, moment) {
      written.delete(subscription);
      written.set(subscription, moment);
      for (const oldest of written.keys()) {
        if (written.size <= keptMax) break;
        written.delete(oldest);
      }
    },
    confirmed(subscription, moment) {
      if ((written.get(subscription) ?? Number.POSITIVE_INFINITY) < moment)
        written.delete(subscription);
    },
    list: () => [...written.keys()],
  };
}
