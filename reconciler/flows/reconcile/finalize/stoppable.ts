/**
 * The ports of finalize, with the stop and a pause read again right before each write to `main` and
 * each word in a pull request: what a plan saw is too old for that. Records are written under a stop
 * too, for that is how it is said; what is done at Stripe reads the agent's file besides, and does so
 * itself.
 */
import { Failure } from '../../../core/failure.ts';
import type { Ports } from '../../../ports/ports.ts';
import { lookAtRemote } from '../../shared/read-remote.ts';

type Stopped = Pick<Ports, 'state' | 'forge' | 'log'>;

/** Effects throw `Stopped` where they must not begin. */
export function stoppable<Some extends Stopped>(ports: Some): Some {
  const { state, forge } = ports;
  const mayGoOn = async (): Promise<void> => {
    const { stop } = await lookAtRemote(ports);
    if (stop !== null) throw new Failure('Stopped', stop);
  };
  function checked<Args extends readonly unknown[], Answer>(
    effect: (...args: Args) => Promise<Answer>,
  ): (...args: Args) => Promise<Answer> {
    return async (...args) => {
      await mayGoOn();
      return effect(...args);
    };
  }
  return {
    ...ports,
    state: {
      ...state,
      push: checked(state.push),
      createBranch: checked(state.createBranch),
      deleteBranch: checked(state.deleteBranch),
    },
    forge: {
      ...forge,
      propose: checked(forge.propose),
      closeProposal: checked(forge.closeProposal),
    },
  };
}
