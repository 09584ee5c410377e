/** The keys of the state bucket: fixed ones, or temporary ones that are renewed. */

export type BucketKeys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** belongs to temporary keys */
  readonly sessionToken: string | null;
};

export type BucketKeySource = {
  /** Keys that are valid for longer than one command of Terraform may last. */
  keys(): Promise<BucketKeys>;
  /** Drops refused keys, so that the next ones are fresh where possible. */
  forget(refused: BucketKeys): void;
};

/** Keys that were made elsewhere and cannot be renewed here. */
export function fixedKeys(keys: BucketKeys): BucketKeySource {
  return { keys: async () => keys, forget() {} };
}

/**
 * The codes by which AWS refuses the keys themselves, and not what is asked with them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
export const keysRefusedCodes = ['ExpiredToken', 'InvalidToken', 'InvalidAccessKeyId'] as const;
