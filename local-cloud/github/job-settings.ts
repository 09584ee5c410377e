/**
 * What the settings of the repository give to the jobs of its workflows: variables, secrets, and
 * environments with the branches that may use them. The API reads and writes the same.
 */
import { matchesGlob } from 'node:path';
import type { WorldClock } from '../clock.ts';
import type { Protections } from './protection.ts';

type Times = { createdMs: number; updatedMs: number };
export type Variable = Times & { name: string; value: string };
/** null: it was set by the API, in a sealed box that is not opened here */
export type Secret = Times & { readonly name: string; readonly value: string | null };
export type Policy = { readonly id: number; readonly name: string };
export type Environment = Times & {
  readonly id: number;
  readonly name: string;
  /** null: every branch; `protected`: those with branch protection */
  branches: 'protected' | Policy[] | null;
  readonly secrets: Map<string, Secret>;
};

type Values = Readonly<Record<string, string>>;

/** As the jobs of a run get it. */
export type ForJobs = {
  readonly variables: Values;
  readonly secrets: Values;
  /** by name in lower case: GitHub compares them so */
  readonly environments: ReadonlyMap<
    string,
    { readonly secrets: Values; mayBeUsedBy(branch: string): boolean }
  >;
};

export type JobSettings = {
  readonly variables: Map<string, Variable>;
  readonly secrets: Map<string, Secret>;
  readonly environments: Map<string, Environment>;
  setVariable(name: string, value: string): void;
  /** Returns whether it is new. */
  setSecret(secrets: Map<string, Secret>, name: string, value: string | null): boolean;
  /** Adds it where it does not exist, for every branch. */
  environment(name: string): Environment;
  allow(branches: Policy[], pattern: string): Policy;
  forJobs(): ForJobs;
};

export function createJobSettings(options: {
  readonly clock: WorldClock;
  readonly protections: Protections;
  nextId(): number;
}): JobSettings {
  const { clock, protections, nextId } = options;
  const variables = new Map<string, Variable>();
  const secrets = new Map<string, Secret>();
  const environments = new Map<string, Environment>();
  const times = (known: Times | undefined): Times => {
    const updatedMs = clock.now();
    return { createdMs: known?.createdMs ?? updatedMs, updatedMs };
  };

  function mayBeUsed({ branches }: Environment, branch: string): boolean {
    if (branches === null) return true;
    if (branches === 'protected') return protections.coveringRef(`refs/heads/${branch}`).length > 0;
    return branches.some(({ name }) => matchesGlob(branch, name));
  }

  return {
    variables,
    secrets,
    environments,
    setVariable: (name, value) =>
      void variables.set(name, { name, value, ...times(variables.get(name)) }),
    setSecret(all, name, value) {
      const known = all.get(name);
      all.set(name, { name, value, ...times(known) });
      return known === undefined;
    },
    environment(name) {
      const key = name.toLowerCase();
      const known = environments.get(key);
      if (known !== undefined) return known;
      const made = { id: nextId(), name, branches: null, secrets: new Map(), ...times(undefined) };
      environments.set(key, made);
      return made;
    },
    allow(branches, name) {
      const policy = { id: nextId(), name };
      branches.push(policy);
      return policy;
    },
    forJobs: () => ({
      variables: Object.fromEntries(
        [...variables.values()].map(({ name, value }) => [name, value]),
      ),
      secrets: valuesOf(secrets),
      environments: new Map(
        [...environments].map(([key, one]) => {
          const mayBeUsedBy = (branch: string) => mayBeUsed(one, branch);
          return [key, { secrets: valuesOf(one.secrets), mayBeUsedBy }];
        }),
      ),
    }),
  };
}

function valuesOf(secrets: ReadonlyMap<string, Secret>): Values {
  return Object.fromEntries([...secrets.values()].map(({ name, value }) => [name, value ?? '']));
}
