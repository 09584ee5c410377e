/** Objects of the bucket other than Terraform's states. Every method throws `Failure`. */
/**
 * A bundle of the repository, a receipt, or what the service keeps about heartbeats. Those whose
 * key ends in `.gz` are compressed in the bucket.
 */
export type ArchivedObject = { readonly key: string; readonly modified: string };

type TaggedContent = { readonly content: Buffer; readonly tag: string };

export type Archive = {
  /** sorted by key */
  list(prefix: string): Promise<readonly ArchivedObject[]>;
  put(key: string, content: Uint8Array): Promise<void>;
  get(key: string): Promise<Buffer | null>;
  /** The content with its tag, which changes with each write. */
  getTagged(key: string): Promise<TaggedContent | null>;
  /**
   * Writes only where the object still has this tag or, with null, where there is none. False where
   * another write came first; after a lost answer that may have been this one.
   */
  putIf(key: string, content: Uint8Array, tag: string | null): Promise<boolean>;
  remove(key: string): Promise<void>;
};
