/**
 * Temporary keys of the state bucket: exchanges an ID token for keys of an AWS role, and renews them
 * before they end or when the bucket refuses them.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
import type { FailureReason } from '../../core/failure.ts';
import { timeMs } from '../../core/text/time.ts';
import type { BucketKeySource, BucketKeys } from '../../ports/bucket-keys.ts';
import type { Clock } from '../../ports/clock.ts';
import { createKept } from '../../ports/kept.ts';
import { Fields } from '../http/answer.ts';
import { createHttp, type Explanation, type HttpAnswer } from '../http/client.ts';
import { xmlText } from '../http/xml.ts';

type RoleLogin = {
  readonly roleArn: string;
  /** names the session in AWS's logs */
  readonly sessionName: string;
  /** e.g. `https://sts.eu-central-1.amazonaws.com` */
  readonly endpoint: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** a new ID token each time: it is valid for minutes */
  idToken(): Promise<string>;
};

/** What the trust policy of a role expects in ID tokens of GitHub. */
export const stsAudience = 'sts.amazonaws.com';

/**
 * Keys are renewed this long before their end. One command of Terraform may last 22 minutes, and
 * gets its keys when it starts.
 */
const spareMs = 25 * 60_000;

export function createRoleKeys(login: RoleLogin): BucketKeySource {
  const { clock, random, endpoint } = login;
  const http = createHttp({
    service: 'AWS STS',
    baseUrl: endpoint,
    retry: { clock, random },
    explain,
  });
  const assumed = createKept<Assumed>(
    async () => {
      const answer = await http.send({
        method: 'POST',
        path: '/',
        // STS answers with JSON if it is asked to, which is not documented.
        headers: { accept: 'text/xml' },
        body: new URLSearchParams({
          Action: 'AssumeRoleWithWebIdentity',
          Version: '2011-06-15',
          RoleArn: login.roleArn,
          RoleSessionName: login.sessionName,
          WebIdentityToken: await login.idToken(),
        }),
        compact: asJson,
        // A second session does no harm.
        repeatable: true,
      });
      return assumedIn(answer, http.newestDate() ?? clock.now());
    },
    { clock, freshMs: ({ livesMs }) => Math.max(livesMs - spareMs, livesMs / 2) },
  );
  return {
    keys: async () => (await assumed.get()).keys,
    forget: (refused) => assumed.forget(({ keys }) => keys === refused),
  };
}

type Assumed = { readonly keys: BucketKeys; readonly livesMs: number };

/** The lifetime by the clock of STS, because ours may be wrong. */
function assumedIn({ body }: HttpAnswer, nowMs: number): Assumed {
  const found = new Fields(body, "AWS STS's answer");
  return {
    keys: {
      accessKeyId: found.text('AccessKeyId'),
      secretAccessKey: found.text('SecretAccessKey'),
      sessionToken: found.text('SessionToken'),
    },
    livesMs: timeMs(found.time('Expiration')) - nowMs,
  };
}

const elements = [
  'AccessKeyId',
  'SecretAccessKey',
  'SessionToken',
  'Expiration',
  'Code',
  'Message',
] as const;

function asJson(bytes: Buffer): string {
  const xml = bytes.toString();
  return JSON.stringify(Object.fromEntries(elements.map((name) => [name, xmlText(xml, name)])));
}

/** The codes whose message is shown; those of other codes may repeat what was sent. */
const refusals = new Set([
  'AccessDenied',
  'ExpiredTokenException',
  'IDPRejectedClaim',
  'InvalidIdentityToken',
]);
const reasons: Readonly<Record<string, FailureReason>> = {
  IDPCommunicationError: 'ProviderOutage',
  Throttling: 'RateLimited',
  ThrottlingException: 'RateLimited',
};

function explain({ status, body }: HttpAnswer): Explanation | null {
  const said = body === null ? {} : { ...(body as Readonly<Record<string, unknown>>) };
  const code = typeof said['Code'] === 'string' ? said['Code'] : null;
  if (status >= 500) return code === null ? null : { reason: null, said: code };
  // An answer without AWS's error comes from a proxy, or from another service.
  if (code === null) return { reason: 'UnexpectedAnswer', said: '' };
  if (refusals.has(code)) {
    // Mostly STS could not get the issuer's keys in time: https://github.com/aws/aws-cli/issues/7194
    const isTransient = code === 'InvalidIdentityToken';
    return { reason: 'Unauthorized', said: `${code}: ${said['Message']}`, isTransient };
  }
  return { reason: reasons[code] ?? 'MisconfiguredAccount', said: code };
}
