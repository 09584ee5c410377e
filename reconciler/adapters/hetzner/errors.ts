/**
 * Maps Hetzner's error codes to reasons: those of answers, of actions that failed, and of the
 * Terraform provider's diagnostics. https://docs.hetzner.cloud/reference/cloud#errors
 *
 * `not_found` is not here: the caller decides whether absence is an answer or a mistake.
 */
import type { FailureReason } from '../../core/failure.ts';

const reasons: Readonly<Record<string, FailureReason>> = {
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  token_readonly: 'Forbidden',
  rate_limit_exceeded: 'RateLimited',
  resource_limit_exceeded: 'ResourceLimitExceeded',
  resource_unavailable: 'ResourceUnavailable',
  placement_error: 'ResourceUnavailable',
  maintenance: 'ProviderOutage',
  service_error: 'ProviderOutage',
  server_error: 'ProviderOutage',
  bad_gateway: 'ProviderOutage',
  timeout: 'ProviderOutage',
  unavailable: 'ProviderOutage',
  uniqueness_error: 'Conflict',
  conflict: 'Conflict',
  resource_in_use: 'Conflict',
  server_not_stopped: 'Conflict',
  locked: 'Locked',
  protected: 'Protected',
  invalid_input: 'InvalidInput',
  invalid_server_type: 'InvalidInput',
  json_error: 'InvalidInput',
  unsupported_error: 'InvalidInput',
  method_not_allowed: 'InvalidInput',
  deprecated_api_endpoint: 'InvalidInput',
};

/** A map, because a code may be any word, `constructor` too. */
export const reasonOfCode: ReadonlyMap<string, FailureReason> = new Map(Object.entries(reasons));
