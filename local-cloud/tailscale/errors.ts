/** An error as Tailscale's API answers it: a status and a message. */
export class TailscaleError extends Error {
  readonly statusCode: number;
  /** what stands beside the message */
  readonly more: Readonly<Record<string, unknown>>;
  constructor(statusCode: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.statusCode = statusCode;
    this.more = more;
  }
}
