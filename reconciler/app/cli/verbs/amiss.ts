/** A check of the doctor, its result, and its failure with what to do about it. */
import { Failure, type FailureReason } from '../../../core/failure.ts';

/** A text if all is well; with `todo` if it works and could be better. */
export type Found = string | { readonly message: string; readonly todo: string };

/** `look` resolves with what was found, and throws what is wrong. */
export type Check = { readonly name: string; look(): Promise<Found> };

/** What the credential may not read: neither right nor wrong. */
export class Unknown extends Failure {
  readonly todo: string;
  constructor(message: string, todo: string) {
    super('Forbidden', message);
    this.todo = todo;
  }
}

/** A problem of which the check itself has the remedy. */
export class Amiss extends Failure {
  readonly todo: string;
  constructor(reason: FailureReason, message: string, todo: string) {
    super(reason, message);
    this.todo = todo;
  }
}
