/** The documents that verbs print with `--json`, as `schemas/documents/` describes them. */
import type { AuditDocument } from '../../../../schemas/generated/documents/audit.ts';
import type { CostDocument } from '../../../../schemas/generated/documents/cost.ts';
import type { DoctorDocument } from '../../../../schemas/generated/documents/doctor.ts';
import type { ExplainDocument } from '../../../../schemas/generated/documents/explain.ts';
import type { HaltDocument } from '../../../../schemas/generated/documents/halt.ts';
import type { HistoryDocument } from '../../../../schemas/generated/documents/history.ts';
import type { LinkDocument } from '../../../../schemas/generated/documents/link.ts';
import type { LogsDocument } from '../../../../schemas/generated/documents/logs.ts';
import type { ResumeDocument } from '../../../../schemas/generated/documents/resume.ts';
import type { StatusDocument } from '../../../../schemas/generated/documents/status.ts';

type Documents = {
  readonly audit: AuditDocument;
  readonly cost: CostDocument;
  readonly doctor: DoctorDocument;
  readonly explain: ExplainDocument;
  readonly halt: HaltDocument;
  readonly history: HistoryDocument;
  readonly link: LinkDocument;
  readonly logs: LogsDocument;
  readonly resume: ResumeDocument;
  readonly status: StatusDocument;
};

/** What a verb prints. The generated types are of values that may change. */
export type Printed<Verb extends keyof Documents> = Fixed<Documents[Verb]>;

type Fixed<Value> = Value extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Fixed<Value[Name]> }
    : Value;
