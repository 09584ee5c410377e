/** Hetzner's error answers: https://docs.hetzner.cloud/reference/cloud#errors */

const statusOf = {
  json_error: 400,
  unauthorized: 401,
  forbidden: 403,
  token_readonly: 403,
  resource_limit_exceeded: 403,
  maintenance: 403,
  not_found: 404,
  method_not_allowed: 405,
  uniqueness_error: 409,
  conflict: 409,
  deprecated_api_endpoint: 410,
  resource_unavailable: 412,
  primary_ip_version_mismatch: 412,
  invalid_input: 422,
  unsupported_error: 422,
  resource_in_use: 422,
  server_not_stopped: 422,
  invalid_server_type: 422,
  placement_error: 422,
  service_error: 422,
  primary_ip_assigned: 422,
  primary_ip_already_assigned: 422,
  primary_ip_datacenter_mismatch: 422,
  server_has_ipv4: 422,
  server_has_ipv6: 422,
  volume_already_attached: 422,
  firewall_already_applied: 422,
  firewall_resource_not_found: 422,
  firewall_managed_by_label_selector: 422,
  private_net_only_server: 422,
  locked: 423,
  protected: 423,
  rate_limit_exceeded: 429,
} as const;

type HetznerErrorCode = keyof typeof statusOf;

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
  return new HetznerError('invalid_input', `invalid input in field '${field}': ${message}`, {
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

/** Errors of the frame and of faults have only a status. */
const codes: Readonly<Record<number, string>> = {
  400: 'json_error',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  410: 'deprecated_api_endpoint',
  412: 'resource_unavailable',
  422: 'invalid_input',
  423: 'locked',
  429: 'rate_limit_exceeded',
  502: 'bad_gateway',
  503: 'unavailable',
  504: 'timeout',
};

function codeOfStatus(status: number): string {
  return codes[status] ?? (status < 500 ? 'invalid_input' : 'server_error');
}
