/** Sends mail to customers and operators. Throws `Failure`. */
export type Mail = {
  send(mail: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly html?: string;
    readonly idempotencyKey: string;
  }): Promise<void>;
  /** Whether the sender's domain is verified; it sends nothing. */
  sender(): Promise<Sender>;
};

export type Sender = {
  readonly domain: string;
  /** `unknown`: the key may only send */
  readonly state: 'verified' | 'not verified' | 'absent' | 'unknown';
};
