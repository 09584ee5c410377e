/** Hetzner's error answers: https://docs.hetzner.cloud/reference/cloud#errors */

export type HetznerErrorCode =
  | 'json_error'
  | 'unauthorized'
  | 'forbidden'
  | 'resource_limit_exceeded'
  | 'not_found'
  | 'method_not_allowed'
  | 'uniqueness_error'
  | 'conflict'
  | 'deprecated_api_endpoint'
  | 'resource_unavailable'
  | 'invalid_input'
  | 'unsupported_error'
  | 'resource_in_use'
  | 'server_not_stopped'
  | 'locked'
  | 'protected'
  | 'rate_limit_exceeded'
  | 'maintenance'
  | 'service_error';

const statusOf: Readonly<Record<HetznerErrorCode, number>> = {
  json_error: 400,
  unauthorized: 401,
  forbidden: 403,
  resource_limit_exceeded: 403,
  maintenance: 403,
  not_found: 404,
  method_not_allowed: 405,
  uniqueness_error: 409,
  conflict: 409,
  deprecated_api_endpoint: 410,
  resource_unavailable: 412,
  invalid_input: 422,
  unsupported_error: 422,
  resource_in_use: 422,
  server_not_stopped: 422,
  service_error: 422,
  locked: 423,
  protected: 423,
  rate_limit_exceeded: 429,
};

export class HetznerError extends Error {
  readonly statusCode: number;
  readonly code: HetznerErrorCode;
  readonly details: object | null;
  constructor(code: HetznerErrorCode, message: string, details: object | null = null) {
    super(message);
    this.code = code;
    this.statusCode = statusOf[code];
    this.details = details;
  }
}

export function notFound(kind: string, id: string | number): HetznerError {
  return new HetznerError('not_found', `${kind} with ID '${id}' not found`);
}

export function invalid(field: string, message: string): HetznerError {
  return new HetznerError('invalid_input', `invalid input in field '${field}'`, {
    fields: [{ name: field, messages: [message] }],
  });
}

export function errorBody(error: {
  status: number;
  message: string;
  code?: string;
  details?: object | null;
}): unknown {
  return {
    error: {
      code: error.code ?? codeOfStatus(error.status),
      message: error.message,
      details: error.details ?? null,
    },
  };
}

function codeOfStatus(status: number): string {
  const found = Object.entries(statusOf).find(
    ([code, one]) => one === status && code !== 'resource_limit_exceeded',
  );
  if (found !== undefined) return found[0];
  return status === 504
    ? 'timeout'
    : status === 502
      ? 'bad_gateway'
      : status === 503
        ? 'unavailable'
        : 'server_error';
}
