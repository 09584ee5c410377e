/**
 * Logs lines of JSON to stderr with pino, without secrets.
 *
 * Two filters, because neither is complete: one blanks fields by their names, the other blanks
 * anything in the finished line that looks like a secret.
 */
import { type DestinationStream, destination, pino } from 'pino';
import { asFailure, Failure } from '../core/failure.ts';
import { blank, withoutSecrets } from '../core/text/secret-shapes.ts';
import type { Log } from '../ports/log.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
type Level = (typeof levels)[number];

/**
 * @param options.usual the level without AURA_LOG_LEVEL: `info` for the service, `warn` for a
 * command
 * @param options.stream stderr by default
 */
export function createLog(options: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly usual: Level;
  readonly stream?: DestinationStream;
}): Log {
  return pino(
    {
      level: levelOf(options.env['AURA_LOG_LEVEL']) ?? options.usual,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Not pino's `redact`, which walks all configured paths for every line.
      formatters: { level: (label) => ({ level: label }), log: withBlanks },
      serializers: { error: describeError, err: describeError },
      hooks: { streamWrite: withoutSecrets },
    },
    // Synchronous, so that the last lines before a crash are written.
    options.stream ?? destination({ fd: 2, sync: true }),
  );
}

function levelOf(text: string | undefined): Level | null {
  const name = text?.trim().toLowerCase() ?? '';
  if (name === '') return null;
  const level = levels.find((one) => one === name);
  if (level !== undefined) return level;
  throw new Failure('InvalidInput', `AURA_LOG_LEVEL must be one of ${levels.join(', ')}`);
}

type DescribedError = {
  readonly reason: string;
  readonly errorClass: string;
  readonly message: string;
  readonly httpStatus?: number;
  /** the causes, nearest first */
  readonly causes?: readonly string[];
  /** only for a bug: for others the reason is enough */
  readonly stack?: string;
};

const causesMax = 5;

/** Describes anything thrown for the log. */
export function describeError(thrown: unknown): DescribedError {
  const failure = asFailure(thrown);
  const causes = causesOf(failure);
  const bug = failure.errorClass === 'bug';
  const stack = thrown instanceof Error ? thrown.stack : failure.stack;
  return {
    reason: failure.reason,
    errorClass: failure.errorClass,
    message: withoutSecrets(failure.message),
    ...(failure.httpStatus === null ? {} : { httpStatus: failure.httpStatus }),
    ...(causes.length === 0 ? {} : { causes }),
    ...(bug && stack !== undefined ? { stack: withoutSecrets(stack) } : {}),
  };
}

function causesOf(failure: Failure): readonly string[] {
  const causes: string[] = [];
  let cause: unknown = failure.cause;
  for (let depth = 0; depth < causesMax && cause !== undefined && cause !== null; depth += 1) {
    const text = cause instanceof Error ? causeLine(cause) : String(cause);
    // An error that is not classified is its own cause, and is not repeated.
    if (text !== failure.message) causes.push(withoutSecrets(text));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}

function causeLine(cause: Error): string {
  const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code}: ` : '';
  return `${code}${cause.message}`;
}

/** Names of fields that contain secrets, in our values and in those of libraries. */
const secretFields: ReadonlySet<string> = new Set([
  'authorization',
  'authKey',
  'apiKey',
  'clientSecret',
  'cookie',
  'cookies',
  'password',
  'privateKey',
  'secret',
  'secretAccessKey',
  'secretKey',
  'sessionToken',
  'token',
  'tokenSecrets',
  'userData',
  'user_data',
  'webhookSecrets',
  'x-aura-signature',
  'stripe-signature',
  'set-cookie',
]);

/** Deeper fields are not checked. */
const depthMax = 3;

/** Blanks the fields with such names, at the top and up to three objects down. */
function withBlanks(fields: Record<string, unknown>): Record<string, unknown> {
  return blanked(fields, 0) as Record<string, unknown>;
}

/** Returns the same value if there is nothing to blank. Errors are described separately. */
function blanked(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (ArrayBuffer.isView(value)) return value;
  if (depth > depthMax) return value;
  let copy: Record<string, unknown> | unknown[] | null = null;
  for (const [name, inner] of Object.entries(value)) {
    const after = secretFields.has(name) ? blank : blanked(inner, depth + 1);
    if (after === inner) continue;
    copy ??= Array.isArray(value) ? [...value] : { ...value };
    (copy as Record<string, unknown>)[name] = after;
  }
  return copy ?? value;
}
