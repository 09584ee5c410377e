/** Shows at once what this process pushes, such as the file of a new customer. */
import type { DesiredState } from '../../ports/desired-state.ts';
import type { ReadModel } from './read-model.ts';

export function withOwnPushes(state: DesiredState, model: Pick<ReadModel, 'moved'>): DesiredState {
  return {
    ...state,
    async push(...push) {
      const outcome = await state.push(...push);
      model.moved();
      return outcome;
    },
  };
}
