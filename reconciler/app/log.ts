/**
 * The log: pino's lines of JSON on stderr, without secrets.
 *
 * Two nets, since either has holes: fields whose names say that they are secret are blanked, and
 * anything in the finished line that looks like a secret is, wherever it came from.
 */
import { type DestinationStream, destination, pino } from 'pino';
import { asFailure, Failure } from '../core/failure.ts';
import { blank, withoutSecrets } from '../core/text/secret-shapes.ts';
import type { Log } from '../ports/log.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
type Level = (typeof levels)[number];

/**
 * @param options.usual the level where AURA_LOG_LEVEL says nothing: `info` for the service, `warn`
 * for a command.
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
      // Not pino's own `redact`: for every line it walks all paths at which a secret could stand.
      formatters: { level: (label) => ({ level: label }), log: withBlanks },
      serializers: { error: describeError, err: describeError },
      hooks: { streamWrite: withoutSecrets },
    },
    // In the same instant: what a process says right before it dies is what one needs to read.
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
  /** what was behind it, nearest first */
  readonly causes?: readonly string[];
  /** only where it is a bug: elsewhere the reason says it all */
  readonly stack?: string;
};

const causesMax = 5;

/** Anything thrown, as a reader of the log needs it. */
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
    // What is not classified is its own cause: it is said once.
    if (text !== failure.message) causes.push(withoutSecrets(text));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}

function causeLine(cause: Error): string {
  const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code}: ` : '';
  return `${code}${cause.message}`;
}

/** Names of fields that hold secrets, in our own values and in those of libraries. */
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
  'tokenSecret',
  'userData',
  'user_data',
  'webhookSecrets',
  'x-aura-signature',
  'stripe-signature',
  'set-cookie',
]);

/** Values have no place in a log line that stand deeper than this. */
const depthMax = 3;

/** The fields with those blanked that have such a name, at the top and up to three objects down. */
function withBlanks(fields: Record<string, unknown>): Record<string, unknown> {
  return blanked(fields, 0) as Record<string, unknown>;
}

/** The same value where there is nothing to blank. Errors are described field by field later. */
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
