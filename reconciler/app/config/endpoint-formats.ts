/**
 * The formats of the endpoints that outgoing webhooks are sent to, `name:url` separated by commas,
 * and of their secrets, `name:whsec_…`.
 */
import { type Problem, splitList } from './formats.ts';

type Named = { readonly name: string; readonly value: string };

const named = /^(?<name>[a-z][a-z0-9-]{0,39}):(?<value>.+)$/;

/** The problem never contains the URL, which may contain a secret. */
export const endpointUrls: Problem = (list) => {
  const entries = splitList(list).map(entryIn);
  const urls = entries.map((entry) => (entry === null ? null : URL.parse(entry.value)));
  if (urls.length === 0 || !urls.every((url) => url !== null && isPlain(url)))
    return 'must be a list of name:url, with https URLs without a user and a password';
  const names = new Set(entries.map((entry) => entry?.name));
  return names.size < entries.length ? 'must not contain a name twice' : null;
};

export const endpointSecrets: Problem = (list) => {
  const entries = splitList(list).map(entryIn);
  const whole = entries.every((entry) => entry !== null && isSecret(entry.value));
  return whole && entries.length > 0
    ? null
    : 'must be a list of name:whsec_…, with 24 to 64 bytes in base64';
};

export function namedIn(list: string): readonly Named[] {
  return splitList(list).flatMap((entry) => entryIn(entry) ?? []);
}

function entryIn(entry: string): Named | null {
  const { name, value } = named.exec(entry)?.groups ?? {};
  return name === undefined || value === undefined ? null : { name, value };
}

function isPlain({ protocol, username, password, hash }: URL): boolean {
  const http = protocol === 'https:' || protocol === 'http:';
  return http && username === '' && password === '' && hash === '';
}

function isSecret(text: string): boolean {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  return bytes.length >= 24 && bytes.length <= 64;
}
