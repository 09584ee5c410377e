/** Verifies ID tokens by the keys that their issuer publishes, as STS does. */
import { createPublicKey, verify } from 'node:crypto';

export type VerifiedToken = {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
};
/** An error code of STS, with its message. */
export class TokenRefused extends Error {
  readonly code: 'ExpiredTokenException' | 'InvalidIdentityToken';
  constructor(code: TokenRefused['code'], message: string) {
    super(message);
    this.code = code;
  }
}

type Trusted = {
  /** the only provider that the account knows */
  readonly issuer: string;
  readonly audience: string;
  readonly nowMs: number;
};

/** @throws TokenRefused */
export async function verified(jwt: string, trusted: Trusted): Promise<VerifiedToken> {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const [header, payload] = [jsonIn(head), jsonIn(body)];
  const { iss, aud, sub, exp, nbf } = payload;
  if (header['alg'] !== 'RS256') throw invalid('the algorithm of the token is not supported');
  if (iss !== trusted.issuer)
    throw invalid(`No OpenIDConnect provider found in your account for ${String(iss)}`);
  const key = await publishedKey(trusted.issuer, header['kid']);
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('sha256', signed, key, Buffer.from(signature, 'base64url')))
    throw invalid('the signature of the token is not valid');
  const nowSeconds = trusted.nowMs / 1000;
  if (typeof exp !== 'number' || nowSeconds >= exp)
    throw new TokenRefused('ExpiredTokenException', 'Token expired');
  if (typeof nbf === 'number' && nowSeconds < nbf) throw invalid('the token is not valid yet');
  if (aud !== trusted.audience) throw invalid('Incorrect token audience');
  return { issuer: trusted.issuer, audience: trusted.audience, subject: String(sub) };
}

async function publishedKey(issuer: string, keyId: unknown) {
  const { jwks_uri: address } = await published(`${issuer}/.well-known/openid-configuration`);
  const { keys } = await published(String(address));
  const found = Array.isArray(keys) ? keys.find(({ kid }) => kid === keyId) : undefined;
  if (found === undefined) throw invalid('the key of the token is not one of its issuer');
  return createPublicKey({ key: found, format: 'jwk' });
}

async function published(url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const answer = await fetch(url);
    if (answer.ok) return { ...Object(await answer.json()) };
  } catch {
    // Reported below: the issuer does not answer.
  }
  throw invalid("Couldn't retrieve verification key from your identity provider");
}

function jsonIn(part: string): Readonly<Record<string, unknown>> {
  try {
    return { ...Object(JSON.parse(Buffer.from(part, 'base64url').toString())) };
  } catch {
    throw invalid('the token is no JWT');
  }
}

function invalid(message: string): TokenRefused {
  return new TokenRefused('InvalidIdentityToken', message);
}
