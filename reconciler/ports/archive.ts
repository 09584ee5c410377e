/** Objects of the bucket other than Terraform's states. Every method throws `Failure`. */
/** A bundle of the repository, or a receipt. */
export type ArchivedObject = { readonly key: string; readonly modified: string };

export type Archive = {
  /** sorted by key */
  list(prefix: string): Promise<readonly ArchivedObject[]>;
  put(key: string, content: Uint8Array): Promise<void>;
  get(key: string): Promise<Buffer | null>;
  remove(key: string): Promise<void>;
};
