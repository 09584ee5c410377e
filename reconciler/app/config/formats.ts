/** The formats of values of environment variables: each finds the problem of a value. */
import { isIP } from 'node:net';
import { publicKeyOf } from '../../adapters/openssh.ts';

/** The problem of a value; null if there is none. It never contains the value. */
export type Problem = (value: string) => string | null;

export function matches(pattern: RegExp, otherwise: string): Problem {
  return (value) => (pattern.test(value) ? null : otherwise);
}

/** A value that is sent in a header or a form as it is. */
export function oneWord(value: string): string | null {
  return /^[\x21-\x7e]+$/.test(value) ? null : 'must be one word, without spaces or line breaks';
}

export function atLeast32(value: string): string | null {
  return value.length >= 32 ? oneWord(value) : 'must have at least 32 characters';
}

export function eachAtLeast32(value: string): string | null {
  const each = splitList(value);
  return each.length > 0 && each.every((one) => atLeast32(one) === null)
    ? null
    : 'must be a list of secrets of at least 32 characters, without spaces';
}

export function webhookSecrets(value: string): string | null {
  const whole = splitList(value).every((one) => /^whsec_[A-Za-z0-9+/=_-]+$/.test(one));
  return whole && splitList(value).length > 0
    ? null
    : 'must be a list of secrets that each begin with whsec_';
}

export function splitList(list: string): readonly string[] {
  return list
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** The first signs, each is accepted. */
export type Secrets = readonly [string, ...string[]];

export function secretsIn(list: string): Secrets {
  const [first = '', ...others] = splitList(list);
  return [first, ...others];
}

export function sources(value: string): string | null {
  return sourcesIn(value) === null ? 'must be a JSON object of texts' : null;
}

/** null if the value is malformed. */
export function sourcesIn(value: string): Readonly<Record<string, string>> | null {
  try {
    const parsed: unknown = JSON.parse(value);
    if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) return null;
    const pairs = Object.entries(parsed).map(([name, one]) => [name, String(one)] as const);
    const isText = Object.values(parsed).every((one) => typeof one === 'string');
    return isText ? Object.fromEntries(pairs) : null;
  } catch {
    return null;
  }
}

/** Exactly what a browser sends as `Origin`: no path, no default port. */
export function origins(value: string): string | null {
  const each = splitList(value);
  const isOrigin = (one: string) => urlWithUser(one) === null && URL.parse(one)?.origin === one;
  return each.length > 0 && each.every(isOrigin)
    ? null
    : 'must be a list of origins, such as https://example.com';
}

export function addressBlocks(value: string): string | null {
  const each = splitList(value);
  return each.length > 0 && each.every(isAddressBlock)
    ? null
    : 'must be a list of IP addresses or CIDR blocks';
}

function isAddressBlock(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

export function urlWithUser(value: string): string | null {
  const parsed = URL.parse(value);
  const http = parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
  return http ? null : 'must be an http or https URL';
}

export function url(value: string): string | null {
  const parsed = URL.parse(value);
  if (parsed !== null && (parsed.username !== '' || parsed.password !== ''))
    return 'must not carry a user or a password';
  return urlWithUser(value);
}

export function opensshKey(value: string): string | null {
  try {
    publicKeyOf(value);
    return null;
  } catch {
    return "must be a private key in OpenSSH's format, without a passphrase";
  }
}

/** Values are trimmed, but the file of a key has to end with a line break. */
export function asKeyFile(value: string): string {
  return `${value}\n`;
}
