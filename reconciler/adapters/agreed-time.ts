/**
 * Compares Hetzner's time with this machine's clock and, if they differ, with the Forge's. A
 * machine with a wrong clock asks the Forge about once a minute and continues.
 */
import { type AgreedTime, agreedTime } from '../core/fleet/agreed-time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { Log } from '../ports/log.ts';

type AgreedTimeOptions = {
  /** `Date` of Hetzner's newest answer */
  readonly cloudNow: () => Promise<number>;
  readonly clock: Pick<Clock, 'now'>;
  /** null where no Forge is configured */
  readonly forgeNow: (() => Promise<number>) | null;
  readonly log: Pick<Log, 'warn' | 'error'>;
};

/** How long the difference between the Forge's clock and this machine's is cached. */
const rememberedMs = 60_000;

export function createAgreedTime({
  cloudNow,
  clock,
  forgeNow,
  log,
}: AgreedTimeOptions): Pick<Cloud, 'now' | 'clockDoubt'> {
  let forge: { readonly aheadMs: number; readonly atMs: number } | null = null;

  async function forgeMs(): Promise<number | null> {
    if (forgeNow === null) return null;
    try {
      const said = await forgeNow();
      const atMs = clock.now();
      forge = { aheadMs: said - atMs, atMs };
      return said;
    } catch (error) {
      log.warn({ error }, 'the time of the Forge could not be read');
      return null;
    }
  }

  async function judge(): Promise<AgreedTime> {
    const cloudMs = await cloudNow();
    const wallMs = clock.now();
    const isFresh = forge !== null && Math.abs(wallMs - forge.atMs) < rememberedMs;
    const remembered = forge !== null && isFresh ? wallMs + forge.aheadMs : null;
    const known = agreedTime({ cloudMs, wallMs, forgeMs: remembered });
    if (known.doubt === null) return known;
    // A cached difference can confirm a time but not refute one: the Forge is asked again.
    const asked = await forgeMs();
    const judged = agreedTime({ cloudMs, wallMs, forgeMs: asked });
    if (judged.doubt !== null) log.error({ doubt: judged.doubt }, 'the clocks disagree');
    return judged;
  }

  return {
    now: async () => (await judge()).nowMs,
    clockDoubt: async () => (await judge()).doubt,
  };
}
