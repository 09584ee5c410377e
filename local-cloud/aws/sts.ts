/**
 * AWS STS, as far as a job needs it: exchanges an ID token for the temporary keys of a role.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
import { parse } from 'node:querystring';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { CloudPart } from '../api-server.ts';
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import { TokenRefused, type VerifiedToken, verified } from './id-tokens.ts';
import type { AccessKey, Keyring } from './keyring.ts';
import { allows } from './policy.ts';
import { accountId, providerArn, type Role } from './roles.ts';

type Options = {
  readonly clock: Pick<WorldClock, 'now'>;
  readonly randomness: Randomness;
  readonly keyring: Keyring;
  /** the issuer that the account has as its identity provider, and its only audience */
  readonly provider: { issuer(): string; readonly audience: string };
  roles(): readonly Role[];
};

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
const durationSeconds = { least: 900, usual: 3600, most: 3600 };

class StsError extends Error {
  readonly code: string;
  readonly statusCode: number;
  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
  }
}

export function createSts(options: Options): CloudPart {
  return {
    api: 'sts',
    errorBody: ({ status, message }) => errorXml(codeOfStatus(status), message),
    dump: () => ({}),
    async register(app: FastifyInstance) {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) =>
        done(null, parse(text.toString())),
      );
      app.addHook('onSend', async (_request, reply) => {
        reply.header('content-type', 'text/xml');
      });
      await app.register(async (scope) => {
        scope.setErrorHandler((error, _request, reply) => answerError(error, reply));
        scope.post('/', async ({ body }) => assumed({ ...Object(body) }, options));
      });
    },
  };
}

type Form = Readonly<Record<string, unknown>>;

async function assumed(form: Form, options: Options): Promise<string> {
  if (form['Action'] !== 'AssumeRoleWithWebIdentity')
    throw new StsError(400, 'InvalidAction', `Could not find operation ${text(form, 'Action')}`);
  const name = text(form, 'RoleSessionName');
  if (!/^[\w+=,.@-]{2,64}$/.test(name)) throw malformed('roleSessionName', name);
  const seconds = durationOf(form);
  const token = await verified(text(form, 'WebIdentityToken'), {
    issuer: options.provider.issuer(),
    audience: options.provider.audience,
    nowMs: options.clock.now(),
  });
  const role = options.roles().find(({ arn }) => arn === form['RoleArn']);
  if (role === undefined || !isTrusted(role, token))
    throw new StsError(
      403,
      'AccessDenied',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
  const key = newKey(role, seconds, options);
  options.keyring.add(key);
  return assumedXml({ role, name, token, key });
}

function isTrusted({ trust }: Role, { issuer, audience, subject }: VerifiedToken): boolean {
  const provider = issuer.replace(/^https?:\/\//, '');
  return allows(trust, {
    action: 'sts:AssumeRoleWithWebIdentity',
    resource: null,
    principal: providerArn(provider),
    context: { [`${provider}:aud`]: audience, [`${provider}:sub`]: subject },
  });
}

function newKey({ permissions }: Role, seconds: number, options: Options): AccessKey {
  const { clock, randomness } = options;
  const token = randomness.token(356);
  return {
    accessKeyId: `ASIA${randomness.token(16).toUpperCase()}`,
    secretAccessKey: randomness.token(40),
    session: { token, expiresMs: clock.now() + seconds * 1000 },
    policy: permissions,
  };
}

function durationOf(form: Form): number {
  const asked = text(form, 'DurationSeconds');
  if (asked === '') return durationSeconds.usual;
  const seconds = Number(asked);
  if (seconds >= durationSeconds.least && seconds <= durationSeconds.most) return seconds;
  throw malformed('durationSeconds', asked);
}

/** Such messages of STS repeat the value. */
function malformed(field: string, value: string): StsError {
  const message = `Value '${value}' at '${field}' failed to satisfy constraint`;
  return new StsError(400, 'ValidationError', message);
}

function text(form: Form, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}

function assumedXml(made: {
  readonly role: Role;
  readonly name: string;
  readonly token: VerifiedToken;
  readonly key: AccessKey;
}): string {
  const { role, name, token, key } = made;
  const credentials = elements({
    AccessKeyId: key.accessKeyId,
    SecretAccessKey: key.secretAccessKey,
    SessionToken: key.session?.token ?? '',
    Expiration: new Date(key.session?.expiresMs ?? 0).toISOString().replace(/\.\d+Z$/, 'Z'),
  });
  const user = elements({
    AssumedRoleId: `AROALOCALCLOUD:${name}`,
    Arn: `arn:aws:sts::${accountId}:assumed-role/${role.arn.split('/').at(-1)}/${name}`,
  });
  const plain = elements({
    Audience: token.audience,
    Provider: providerArn(token.issuer.replace(/^https?:\/\//, '')),
    SubjectFromWebIdentityToken: token.subject,
  });
  const result = `<AssumedRoleUser>${user}</AssumedRoleUser><Credentials>${credentials}</Credentials>`;
  const name_ = 'AssumeRoleWithWebIdentity';
  return `<${name_}Response xmlns="${namespace}"><${name_}Result>${result}${plain}</${name_}Result></${name_}Response>`;
}

function elements(texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts)
    .map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
    .join('');
}

function answerError(error: unknown, reply: FastifyReply): unknown {
  if (error instanceof StsError)
    return reply.code(error.statusCode).send(errorXml(error.code, error.message));
  if (error instanceof TokenRefused)
    return reply.code(400).send(errorXml(error.code, error.message));
  throw error;
}

function errorXml(code: string, message: string): string {
  const inside = elements({ Type: 'Sender', Code: code, Message: message });
  return `<ErrorResponse xmlns="${namespace}"><Error>${inside}</Error></ErrorResponse>`;
}

function codeOfStatus(status: number): string {
  if (status === 429) return 'Throttling';
  return status === 503
    ? 'ServiceUnavailable'
    : status >= 500
      ? 'InternalFailure'
      : 'InvalidAction';
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
