/**
 * The ports of one attempt. Each effect outside of branch `status` first checks the stop, a pause
 * and the agent's file. One check is valid for the one effect that follows it at once.
 *
 * Revoking keys and releasing locks of dead runs is always allowed.
 */
import type { ApplyPorts } from './attempt.ts';

/** A check older than this is repeated. */
const lookedMsMax = 2000;

type LookFirst = {
  readonly ports: ApplyPorts;
  /** Effects without the check. Each still uses up the last check. */
  readonly unheld: Pick<ApplyPorts, 'cloud'>;
  /** Throws where no effect may begin. */
  look(): Promise<void>;
};

export function lookFirst(ports: ApplyPorts, mayBegin: () => Promise<void>): LookFirst {
  const { clock } = ports;
  let lookedMs: number | null = null;

  async function look(): Promise<void> {
    lookedMs = null;
    await mayBegin();
    lookedMs = clock.now();
  }

  function checked<Args extends readonly unknown[], Answer>(
    effect: (...args: Args) => Promise<Answer>,
  ): (...args: Args) => Promise<Answer> {
    return async (...args) => {
      if (lookedMs === null || clock.now() - lookedMs > lookedMsMax) await look();
      lookedMs = null;
      return effect(...args);
    };
  }

  const { cloud, tailnet, states, stacks, configurator } = ports;
  return {
    look,
    unheld: {
      cloud: {
        ...cloud,
        setLabels(...args) {
          lookedMs = null;
          return cloud.setLabels(...args);
        },
      },
    },
    ports: {
      ...ports,
      cloud: {
        ...cloud,
        powerOn: checked(cloud.powerOn),
        powerOff: checked(cloud.powerOff),
        protect: checked(cloud.protect),
        setLabels: checked(cloud.setLabels),
        deleteServer: checked(cloud.deleteServer),
        deletePrimaryIp: checked(cloud.deletePrimaryIp),
        deleteSshKey: checked(cloud.deleteSshKey),
        deleteSnapshot: checked(cloud.deleteSnapshot),
      },
      tailnet: {
        ...tailnet,
        createKey: checked(tailnet.createKey),
        rename: checked(tailnet.rename),
        deleteDevice: checked(tailnet.deleteDevice),
      },
      states: { ...states, remove: checked(states.remove) },
      // A plan may import, which writes a state.
      stacks: { ...stacks, plan: checked(stacks.plan), apply: checked(stacks.apply) },
      configurator: {
        ...configurator,
        configure: checked(configurator.configure),
        join: checked(configurator.join),
      },
    },
  };
}
