/**
 * The words that the glossary replaced stay away, as whole words or parts of names, from our code, file
 * names, messages and documents. Others' names are listed below, each with its reason; the list may only
 * shrink, so an entry that no longer matches fails too. ADRs keep the words of their time.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from './support/markdown.ts';

const places = [
  '*.{md,json}',
  '{.github,ansible,desired-state,docs,local-cloud,reconciler,schemas,scripts,test}/**/*',
  'cdktf/*.ts',
  'desired-state/.github/**/*',
];
const unread =
  /^(docs\/adr\/|schemas\/generated\/|package-lock\.json$|test\/words\.test\.ts$)|\/node_modules\//;
const texts = /\.(ts|mjs|json|ya?ml|md|snapshot|py|sh)$/;

/** The words, and what stands in their place; `docs/guide/glossary.md` says what each term means. */
const retired: Readonly<Record<string, string>> = {
  'tick ticks ticked ticking': 'reconcile, run',
  'round rounds': 'run, cycle',
  'settle settles settled settling settlement unsettled': 'finalize',
  'claim claims claimed claiming claimant claimants unclaimed': 'lease',
  'witness witnesses witnessed': 'ownership check, proof',
  'doorbell doorbells ring rings ringing rang rung': 'trigger, event',
  'glance glances': 'tips of the branches',
  'shelf shelves': 'parse cache',
  slim: 'compact',
  marks: 'labels',
  'door doors': 'port 22',
  'told untold': 'reported, sent, notified',
  'wish wishes wished': 'request',
  'fate fates': 'error class',
  'nobody somebody anybody everybody whoever': 'the agent, run, operator or account that is meant',
};
/** Two words, or parts of a name, in a row. */
const retiredPairs: Readonly<Record<string, string>> = {
  'half made': 'unfinished',
  'second look': 'verify missing',
};

type Exception = {
  readonly files: RegExp;
  readonly name: RegExp;
  readonly why: string;
};
const exceptions: readonly Exception[] = [
  { files: /\.(ts|mjs)$/, name: /\bMath\.round\b/g, why: 'JavaScript' },
  { files: /load-balancers\.ts$/, name: /\bround_robin\b/g, why: "Hetzner's API" },
  { files: /\.ts$/, name: /\bPromise\.allSettled\b/g, why: 'JavaScript' },
  { files: /\.test\.ts$/, name: /\bmock\.timers\.tick\b/g, why: 'the timers of node:test' },
  {
    files: /github\/(app-token|apps)\.ts$/,
    name: /\bclaims?\b/g,
    why: 'claims of a JWT, RFC 7519',
  },
  { files: /sts\/role-keys\.ts$/, name: /\bIDPRejectedClaim\b/g, why: 'an error code of STS' },
  { files: /oidc\/payload\.ts$/, name: /\bimmutable-subject-claims\b/g, why: 'an address' },
];

describe('the words', () => {
  const files = places
    .flatMap((place) => globSync(place, { cwd: root }))
    .filter((path) => texts.test(path) && !unread.test(path));

  test('are looked for in all of our files', () => assert.ok(files.length > 900));

  test('that were retired stay away from names, messages and documents', () => {
    assert.deepEqual(files.flatMap(foundIn), []);
  });

  test('stay away from names of files and folders', () => {
    const found = files.filter((path) => retiredIn(path).length > 0);
    assert.deepEqual(found, []);
  });

  test('of others are still there, each', () => {
    const idle = exceptions.filter(
      ({ files: where, name }) =>
        !files.some((path) => where.test(path) && textOf(path).search(name) >= 0),
    );
    assert.deepEqual(idle, []);
  });

  test('are found in parts of names, and not inside of other words', () => {
    const text = 'wholeTick SETTLE_PORTS half-madeNo allSettled; around, background, ticket, swish';
    assert.deepEqual(retiredIn(text), ['tick', 'settle', 'settled', 'half made']);
  });
});

function foundIn(path: string): readonly string[] {
  const lines = textOf(path).split('\n');
  return lines.flatMap((line, index) =>
    retiredIn(withoutExceptions(path, line)).map(
      (word) => `${path}:${index + 1} ${word}: ${insteadOf(word)}`,
    ),
  );
}

function withoutExceptions(path: string, line: string): string {
  return exceptions
    .filter(({ files }) => files.test(path))
    .reduce((left, { name }) => left.replace(name, ''), line);
}

const words = new Set(Object.keys(retired).flatMap((group) => group.split(' ')));

function retiredIn(text: string): readonly string[] {
  const parts = text.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/);
  const lower = parts.filter((part) => part !== '').map((part) => part.toLowerCase());
  const pairs = lower
    .map((part, n) => `${part} ${lower[n + 1]}`)
    .filter((pair) => pair in retiredPairs);
  return [...lower.filter((part) => words.has(part)), ...pairs];
}

function insteadOf(word: string): string {
  const group = Object.keys(retired).find((one) => one.split(' ').includes(word));
  return retired[group ?? ''] ?? retiredPairs[word] ?? '';
}

function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
