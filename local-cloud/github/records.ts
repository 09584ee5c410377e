/** Records of issues, pull requests, their reviews and their labels. */
import type { Account } from './accounts.ts';

export type Label = {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
};

/** What issues and pull requests have in common. */
export type Topic = {
  readonly id: number;
  readonly number: number;
  readonly by: Account;
  readonly createdMs: number;
  title: string;
  body: string | null;
  updatedMs: number;
  closedMs: number | null;
  closedBy: Account | null;
  stateReason: string | null;
  locked: boolean;
  /** Names, in the order they were put on. */
  labels: string[];
  assignees: Account[];
  comments: number;
};

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';

export type Review = {
  readonly id: number;
  readonly by: Account;
  readonly commit: string;
  state: ReviewState;
  body: string;
  /** null while it is pending. */
  submittedMs: number | null;
};

type Merged = { readonly atMs: number; readonly by: Account; readonly sha: string };

export type Pull = Topic & {
  readonly head: string;
  /** The owner of the fork that the head is in; null: it is a branch of this repository. */
  readonly fork: string | null;
  base: string;
  draft: boolean;
  /** Ids of the two sides: updated while it is open, fixed once it is closed. */
  headSha: string;
  baseSha: string;
  merged: Merged | null;
  readonly reviews: Review[];
  requested: Account[];
  requestedTeams: string[];
};
