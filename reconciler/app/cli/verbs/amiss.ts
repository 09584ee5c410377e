/** One thing that the doctor looks at, and how it says what is amiss and what to do about it. */
import { Failure, type FailureReason } from '../../../core/failure.ts';

/** All is well; or nothing is wrong, and it could be better. */
export type Found = string | { readonly message: string; readonly todo: string };

/** One thing to look at. `look` resolves to what was found, and throws what is wrong. */
export type Check = { readonly name: string; look(): Promise<Found> };

/** What is not as it should be, where the check itself knows what to do about it. */
export class Amiss extends Failure {
  readonly todo: string;
  constructor(reason: FailureReason, message: string, todo: string) {
    super(reason, message);
    this.todo = todo;
  }
}
