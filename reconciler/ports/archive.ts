/** The bucket, as far as it holds no states of Terraform. Every method throws `Failure`. */
/** An object of the bucket that is no state: a bundle of the repository, a receipt of what was sent. */
export type ArchivedObject = { readonly key: string; readonly modified: string };

export type Archive = {
  /** sorted by key */
  list(prefix: string): Promise<readonly ArchivedObject[]>;
  put(key: string, content: Uint8Array): Promise<void>;
  get(key: string): Promise<Buffer | null>;
  remove(key: string): Promise<void>;
};
