/**
 * Ports whose effects first check whether they may begin: the stop, a pause, and what else the
 * caller depends on. One check is valid for the one effect that follows it at once.
 *
 * Records are written under a stop too, revoking keys and releasing locks of dead runs is always
 * allowed, and effects at Stripe are checked where they begin.
 */
import type { Ports } from '../../ports/ports.ts';

const effects = {
  state: ['push', 'createBranch', 'deleteBranch'],
  forge: ['propose', 'closeProposal'],
  cloud: [
    'powerOn',
    'powerOff',
    'protect',
    'setLabels',
    'createSnapshot',
    'deleteServer',
    'deletePrimaryIp',
    'deleteSshKey',
    'deleteSnapshot',
  ],
  tailnet: ['createKey', 'createRunKey', 'rename', 'setTags', 'disableKeyExpiry', 'deleteDevice'],
  states: ['remove'],
  // A plan may import, which writes a state.
  stacks: ['plan', 'apply'],
  customerMail: ['send'],
  configurator: ['enterTailnet', 'ownHostKey', 'configure', 'prepare', 'join'],
} as const satisfies { readonly [Port in keyof Ports]?: readonly (keyof Ports[Port])[] };

/** A check older than this is repeated. */
const lookedMsMax = 2000;

type LookFirst<Some> = {
  readonly ports: Some;
  /** Effects without the check. Each still uses up the last check. */
  readonly unheld: Some;
  /** Throws where no effect may begin. */
  look(): Promise<void>;
};

export function lookFirst<Some extends Pick<Ports, 'clock'>>(
  given: Some,
  mayBegin: () => Promise<unknown>,
): LookFirst<Some> {
  const { clock } = given;
  let lookedMs: number | null = null;

  async function look(): Promise<void> {
    lookedMs = null;
    await mayBegin();
    lookedMs = clock.now();
  }

  const unheld = wrapped(given, (effect) => async (...args) => {
    lookedMs = null;
    return effect(...args);
  });
  const ports = wrapped(unheld, (effect) => async (...args) => {
    if (lookedMs === null || clock.now() - lookedMs > lookedMsMax) await look();
    return effect(...args);
  });
  return { ports, unheld, look };
}

type Effect = (...args: readonly unknown[]) => Promise<unknown>;

/** Of a union of ports, those that are there. */
function wrapped<Some>(ports: Some, wrap: (effect: Effect) => Effect): Some {
  const all = { ...ports } as Record<string, Readonly<Record<string, Effect>>>;
  for (const [name, calls] of Object.entries(effects)) {
    const port = all[name];
    if (port === undefined) continue;
    const own = calls.map((call) => [call, wrap(port[call] as Effect)]);
    all[name] = { ...port, ...Object.fromEntries(own) };
  }
  return all as Some;
}
