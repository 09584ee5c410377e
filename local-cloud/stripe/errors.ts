/** Errors as Stripe's API answers them: https://docs.stripe.com/api/errors */
type ErrorDetails = {
  readonly type?: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  readonly code?: string;
  readonly param?: string;
  readonly decline_code?: string;
  readonly payment_intent?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** true for errors before the request has begun, which no idempotency key stores */
  readonly unbegun?: boolean;
};

export class StripeError extends Error {
  readonly statusCode: number;
  readonly details: ErrorDetails;
  constructor(statusCode: number, message: string, details: ErrorDetails = {}) {
    super(message);
    this.statusCode = statusCode;
    this.details = details;
  }
}

export function missing(kind: string, id: string, param: string): StripeError {
  return new StripeError(param === 'id' ? 404 : 400, `No such ${kind}: '${id}'`, {
    code: 'resource_missing',
    param,
  });
}

export function refusedAmount(amount: number, left: number, currency: string): StripeError {
  const shown = (cents: number) => `${(cents / 100).toFixed(2)} ${currency}`;
  const message =
    amount < 1
      ? 'This value must be greater than or equal to 1.'
      : `Refund amount (${shown(amount)}) is greater than unrefunded amount on charge (${shown(left)})`;
  return new StripeError(400, message, { param: 'amount' });
}

export function errorBody(
  error: StripeError,
  request: { readonly id: string; readonly second: number; readonly livemode: boolean } | null,
): object {
  const { code, param, decline_code, payment_intent, type } = error.details;
  const page = request?.livemode === true ? 'logs' : 'test/logs';
  return {
    error: {
      ...(code === undefined ? {} : { code }),
      ...(decline_code === undefined ? {} : { decline_code }),
      ...(code === undefined
        ? {}
        : { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` }),
      message: error.message,
      ...(param === undefined ? {} : { param }),
      ...(payment_intent === undefined ? {} : { payment_intent }),
      ...(request === null
        ? {}
        : {
            request_log_url: `https://dashboard.stripe.com/${page}/${request.id}?t=${request.second}`,
          }),
      type: type ?? (error.statusCode >= 500 ? 'api_error' : 'invalid_request_error'),
    },
  };
}
