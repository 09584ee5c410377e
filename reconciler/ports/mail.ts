/** Sends mail to customers and operators. Throws `Failure`. */
export type Mail = {
  send(mail: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly idempotencyKey: string;
  }): Promise<void>;
};
