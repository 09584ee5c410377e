/**
 * The guards of a branch, from classic protection and from rulesets, in one shape.
 *
 * They apply to the REST API and to `git push`: after every change `push-guard.ts` writes them into
 * a file that the repository's `update` hook reads.
 */
import type { Account, Accounts } from './accounts.ts';
import type { ChecksStore } from './checks-store.ts';
import { type Guard, matchesPattern } from './guard.ts';
import { writeGuards } from './push-guard.ts';

/** A guard, and its source. */
export type Setting = { readonly guard: Guard; readonly asked: unknown };

export type Ruleset = {
  readonly id: number;
  readonly name: string;
  readonly enforcement: 'active' | 'disabled' | 'evaluate';
  readonly target: 'branch' | 'tag' | 'push';
  readonly asked: Record<string, unknown>;
  readonly guards: readonly Guard[];
  readonly createdMs: number;
  readonly updatedMs: number;
};

export type Protections = {
  readonly branches: Map<string, Setting>;
  readonly rulesets: Ruleset[];
  /** The guards that apply to a ref, for an account that does not bypass them. */
  guardsOf(ref: string, actor: Account): readonly Guard[];
  /** The guards of a ref for every account. */
  coveringRef(ref: string): readonly Guard[];
  /** Updates the git server; awaited before the change is answered. */
  changed(): Promise<void>;
};

export function createProtections(options: {
  readonly accounts: Accounts;
  readonly checks: ChecksStore;
  readonly gitDir: string;
}): Protections {
  const branches = new Map<string, Setting>();
  const rulesets: Ruleset[] = [];
  const all = (): Guard[] => [
    ...[...branches.values()].map(({ guard }) => guard),
    ...rulesets.filter((one) => one.enforcement === 'active').flatMap(({ guards }) => guards),
  ];
  const coveringRef = (ref: string) => all().filter(({ pattern }) => matchesPattern(pattern, ref));
  let writing: Promise<void> = Promise.resolve();
  const changed = () => {
    writing = writing.catch(() => {}).then(() => writeGuards(options, all()));
    return writing;
  };
  options.checks.onChange(() => {
    if (all().some((guard) => guard.checks !== null)) void changed();
  });
  return {
    branches,
    rulesets,
    coveringRef,
    guardsOf: (ref, actor) => coveringRef(ref).filter((guard) => !guard.bypasses(actor)),
    changed,
  };
}
