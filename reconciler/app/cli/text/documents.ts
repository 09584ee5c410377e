/** The documents that verbs print with `--json`, as `schemas/documents/` describes them. */
import type { AuditDocument } from '../../../../schemas/generated/documents/audit.ts';
import type { DoctorDocument } from '../../../../schemas/generated/documents/doctor.ts';
import type { ExplainDocument } from '../../../../schemas/generated/documents/explain.ts';
import type { HistoryDocument } from '../../../../schemas/generated/documents/history.ts';

type Documents = {
  readonly audit: AuditDocument;
  readonly doctor: DoctorDocument;
  readonly explain: ExplainDocument;
  readonly history: HistoryDocument;
};

/** What a verb prints. The generated types are of values that may change. */
export type Printed<Verb extends keyof Documents> = Fixed<Documents[Verb]>;

type Fixed<Value> = Value extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Fixed<Value[Name]> }
    : Value;
