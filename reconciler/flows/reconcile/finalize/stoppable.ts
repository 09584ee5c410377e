/**
 * The ports of finalize, which check the stop and a pause before each write to `main` or to a pull
 * request. Records are written under a stop too; effects at Stripe check the agent's file as well,
 * in canceled.ts.
 */
import { Failure } from '../../../core/failure.ts';
import type { Ports } from '../../../ports/ports.ts';
import { lookAtRemote } from '../../shared/read-remote.ts';

type Stopped = Pick<Ports, 'state' | 'forge' | 'log'>;

/** Effects throw `Stopped` under a stop. */
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
