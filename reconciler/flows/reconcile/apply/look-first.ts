/**
 * The ports of one attempt: each effect outside of branch `status` looks first whether it may begin, at
 * the stop, at a pause and at the agent's file. A look counts for the one effect that follows it at
 * once.
 *
 * What ends something is not held up: keys are revoked, and locks of dead runs released, at any time.
 */
import type { ApplyPorts } from './attempt.ts';

/** A look that is older than this says nothing about now. */
const lookedMsMax = 2000;

type LookFirst = {
  readonly ports: ApplyPorts;
  /** Held up by nothing: an effect by them uses up the last look anyway. */
  readonly unheld: Pick<ApplyPorts, 'cloud'>;
  /** Throws where nothing may begin. */
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
      // A plan may begin with an import, which writes a state.
      stacks: { ...stacks, plan: checked(stacks.plan), apply: checked(stacks.apply) },
      configurator: {
        ...configurator,
        configure: checked(configurator.configure),
        join: checked(configurator.join),
      },
    },
  };
}
