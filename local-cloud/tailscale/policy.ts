/**
 * The tailnet's policy file, as far as the owners of tags and the grants are concerned.
 * https://tailscale.com/kb/1337/policy-syntax
 */
import { createHash } from 'node:crypto';
import { TailscaleError } from './errors.ts';
import { objectOf, textOf, textsOf } from './fields.ts';
import { parseHuJson } from './hujson.ts';
import { type Rule, reaches, rulesOf } from './reach.ts';

export type Policy = {
  /** as it was written, comments and all */
  readonly text: string;
  readonly etag: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly tagOwners: ReadonlyMap<string, readonly string[]>;
  readonly rules: readonly Rule[];
};

type Failed = { readonly user: string; readonly errors: readonly string[] };

const knownFields = new Set(
  (
    'acls grants groups hosts tagOwners autoApprovers ssh tests sshTests nodeAttrs postures ' +
    'ipsets derpMap disableIPv4 randomizeClientPort defaultSrcPosture OneCGNATRoute'
  ).split(' '),
);
const textMax = 1_000_000;

/** @throws TailscaleError 400 for an invalid policy, or one whose own tests fail. */
export function parsePolicy(text: string): Policy {
  if (text.length > textMax) throw new TailscaleError(400, 'policy file is too large');
  const content = objectOf(parsed(text), 'policy file');
  for (const field of Object.keys(content)) {
    if (!knownFields.has(field)) throw new TailscaleError(400, `unknown field "${field}"`);
  }
  const tagOwners = ownersOf(content['tagOwners'] ?? {});
  const rules = rulesOf(content);
  for (const name of rules.flatMap((rule) => [...rule.src, ...rule.dst])) {
    if (name.startsWith('tag:') && !tagOwners.has(name))
      throw new TailscaleError(400, `tag not found: "${name}"`);
  }
  const etag = `"${createHash('sha256').update(text).digest('hex')}"`;
  const policy = { text, etag, content, tagOwners, rules };
  const failed = runTests(policy, content['tests'] ?? []);
  if (failed.length > 0) throw new TailscaleError(400, 'test(s) failed', { data: failed });
  return policy;
}

export function parsed(text: string): unknown {
  try {
    return parseHuJson(text);
  } catch {
    throw new TailscaleError(400, 'the policy file is not valid HuJSON');
  }
}

/** The failures of the policy's tests; empty where all of them pass. */
export function runTests(policy: Pick<Policy, 'rules'>, tests: unknown): readonly Failed[] {
  if (!Array.isArray(tests)) throw new TailscaleError(400, 'tests must be a list');
  return tests.flatMap((one: unknown) => {
    const test = objectOf(one, 'test');
    const src = textOf(test['src'], 'src');
    const proto = test['proto'] === undefined ? 'tcp' : textOf(test['proto'], 'proto');
    const wrong = (field: 'accept' | 'deny', wanted: string, got: string) =>
      textsOf(test[field] ?? [], field)
        .filter((target) => reaches(policy.rules, { src, target, proto }) !== (field === 'accept'))
        .map((target) => `address "${target}": want: ${wanted}, got: ${got}`);
    const errors = [...wrong('accept', 'Accept', 'Drop'), ...wrong('deny', 'Drop', 'Accept')];
    return errors.length === 0 ? [] : [{ user: src, errors }];
  });
}

function ownersOf(value: unknown): ReadonlyMap<string, readonly string[]> {
  const entries = Object.entries(objectOf(value, 'tagOwners')).map(([tag, owners]) => {
    if (!/^tag:[a-zA-Z][a-zA-Z0-9-]*$/.test(tag))
      throw new TailscaleError(400, `tagOwners: invalid tag "${tag}"`);
    return [tag, textsOf(owners, `tagOwners["${tag}"]`)] as const;
  });
  return new Map(entries);
}
