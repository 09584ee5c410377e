/** Searches for keys and private host keys in all stored and printed text. */
import type { FakeCommit } from './git.ts';
import type { FakeWorld } from './world.ts';

/**
 * Each call checks these commits and what was logged, mailed and proposed since the last one: a
 * secret exists before it can be printed.
 */
export function createSecretSearch(
  world: FakeWorld,
): (commits: readonly FakeCommit[]) => readonly string[] {
  const { logs, mails, forge } = world;
  const proposed = new Set<string>();
  let logged = 0;
  let mailed = 0;
  return (commits) => {
    // A test may empty its log.
    logged = Math.min(logged, logs.length);
    mailed = Math.min(mailed, mails.length);
    const titles = forge.proposals.map(({ title, body }) => `${title} ${body}`);
    const places: readonly (readonly [string, readonly string[]])[] = [
      ['git', commits.flatMap(textsOf)],
      [
        'a log line',
        logs.slice(logged).map(({ message, fields }) => `${message} ${shown(fields)}`),
      ],
      ['a mail', mails.slice(mailed).map(({ subject, text }) => `${subject} ${text}`)],
      ['a pull request', titles.filter((text) => !proposed.has(text))],
    ];
    for (const text of titles) proposed.add(text);
    logged = logs.length;
    mailed = mails.length;
    return places.flatMap(([place, texts]) => leaks(world, place, texts));
  };
}

function leaks(
  { tailnet, keys }: FakeWorld,
  place: string,
  texts: readonly string[],
): readonly string[] {
  if (texts.length === 0) return [];
  const secrets = [...tailnet.secrets, ...keys.privateKeys];
  const all = texts.join('\n');
  return secrets
    .filter((secret) => all.includes(secret))
    .map((secret) => `${place} holds the secret ${secret.slice(0, 16)}…`);
}

function textsOf({ tree, paths, subject, body, trailers }: FakeCommit): readonly string[] {
  const values = trailers.map(([, value]) => value);
  return [...paths.map((path) => tree.get(path) ?? ''), subject, body, ...values];
}

/** A log's fields with what errors hide from JSON. */
function shown(fields: object): string {
  return JSON.stringify(fields, (_key, value: unknown) =>
    value instanceof Error ? { message: value.message, cause: value.cause } : value,
  );
}
