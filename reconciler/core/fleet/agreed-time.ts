/**
 * Decides the current time by three clocks: Hetzner's, which all runners share, this machine's and
 * the Forge's. A wrong time could end every grace period, hold, window and approval at once.
 *
 * | Hetzner's clock                                          | time           | trusted |
 * |----------------------------------------------------------|----------------|---------|
 * | agrees with this machine's, or with the Forge's          | Hetzner's      | yes     |
 * | differs from both, and those agree                       | this machine's | no      |
 * | differs from this machine's, and no other agrees with it | the earliest   | no      |
 *
 * The earliest time ends nothing too soon. Without trust in Hetzner's clock a reading is partial.
 */
type Clocks = {
  readonly cloudMs: number;
  readonly wallMs: number;
  /** null if the Forge could not be read */
  readonly forgeMs: number | null;
};
export type AgreedTime = {
  readonly nowMs: number;
  /** why Hetzner's clock is not trusted; null if it is */
  readonly doubt: string | null;
};

const clocksApartMsMax = 5 * 60_000;

function agree(one: number, other: number): boolean {
  return Math.abs(one - other) <= clocksApartMsMax;
}

export function agreedTime({ cloudMs, wallMs, forgeMs }: Clocks): AgreedTime {
  if (agree(cloudMs, wallMs) || (forgeMs !== null && agree(cloudMs, forgeMs)))
    return { nowMs: cloudMs, doubt: null };
  const others = forgeMs !== null && agree(wallMs, forgeMs);
  const earliest = Math.min(cloudMs, wallMs, forgeMs ?? cloudMs);
  const forge = forgeMs === null ? 'the Forge does not say' : `the Forge ${timeText(forgeMs)}`;
  const doubt = `Hetzner says ${timeText(cloudMs)}, this machine ${timeText(wallMs)}, ${forge}`;
  return { nowMs: others ? wallMs : earliest, doubt };
}

function timeText(ms: number): string {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? String(ms) : time.toISOString();
}
