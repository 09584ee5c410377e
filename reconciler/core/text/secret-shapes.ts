/**
 * Patterns of secrets in text: tokens of the services that we use, keys, logins in URLs, and status
 * links. The log blanks them; foreign text that holds one is not committed.
 */
export const blank = '[secret]';

const secretShapes: readonly (readonly [RegExp, string])[] = [
  // A key that is cut short ends with its JSON string, so that the line stays JSON.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?(-----END [A-Z ]*PRIVATE KEY-----|(?=")|$)/g, blank],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{8,}/gi, `$1 ${blank}`],
  [/\b(sk|rk|pk)_(test|live)_[A-Za-z0-9_]+/g, blank],
  [/\bwhsec_[A-Za-z0-9+/=_-]+/g, blank],
  [/\btskey-[A-Za-z0-9-]+/g, blank],
  [/\bhskey-[A-Za-z0-9_-]+/g, blank],
  [/\bre_[A-Za-z0-9_]{16,}/g, blank],
  [/\b(gh[pousr]_|github_pat_)[A-Za-z0-9_]+/g, blank],
  [/\bAKIA[A-Z0-9]{12,}/g, blank],
  // A user and a password in a URL, and a status link's token.
  [/(:\/\/)[^\s/@"]+@/g, `$1${blank}@`],
  [/\bagt-[a-z0-9]{12}\.\d+\.\d+\.[A-Za-z0-9_-]+/g, blank],
  [/([?&](?:token|key|secret)=)[^\s&"]+/gi, `$1${blank}`],
];

/** The text with every match blanked. */
export function withoutSecrets(text: string): string {
  return secretShapes.reduce((so, [shape, instead]) => so.replace(shape, instead), text);
}

export function holdsSecret(text: string): boolean {
  return withoutSecrets(text) !== text;
}
