/** An address that operators are notified at. Throws `Failure`. */
export type Webhook = { post(notice: object): Promise<void> };
