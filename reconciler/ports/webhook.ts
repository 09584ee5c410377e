/** Posts notices to the operators' webhook. Throws `Failure`. */
export type Webhook = { post(notice: object): Promise<void> };
