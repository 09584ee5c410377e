/** Checks of the doctor for the state bucket: its settings, and that its lock holds. */
import {
  type BucketSetting,
  bucketSettings,
  type SettingState,
  tryLock,
} from '../../../adapters/bucket/settings.ts';
import { createWallClock } from '../../../adapters/wall-clock.ts';
import { type Environment, readConfig } from '../../config.ts';
import { createKeySource } from '../../main/state-store.ts';
import { Amiss, type Check, type Found, Unknown } from './amiss.ts';
import { configured } from './doctor-known.ts';

type About = {
  readonly setting: BucketSetting;
  readonly action: string;
  readonly off: string;
  /** the command that turns it on */
  command(bucket: string): string;
};

const settings: readonly About[] = [
  {
    setting: 'private',
    action: 's3:GetBucketPublicAccessBlock',
    off: 'a policy or an ACL could make its states public',
    command: (bucket) =>
      `aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration ` +
      'BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true',
  },
  {
    setting: 'encrypted',
    action: 's3:GetEncryptionConfiguration',
    off: 'its objects are not encrypted by default',
    command: (bucket) =>
      `aws s3api put-bucket-encryption --bucket ${bucket} --server-side-encryption-configuration ` +
      `'{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'`,
  },
  {
    setting: 'versioned',
    action: 's3:GetBucketVersioning',
    off: 'a state that is overwritten or removed is lost',
    command: (bucket) =>
      `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
  },
  {
    setting: 'logged',
    action: 's3:GetBucketLogging',
    off: 'nothing records who reads its states',
    command: (bucket) =>
      `aws s3api put-bucket-logging --bucket ${bucket} --bucket-logging-status ` +
      `'{"LoggingEnabled":{"TargetBucket":"YOUR-LOGS","TargetPrefix":"s3/"}}'`,
  },
];

export function bucketChecks(env: Environment): readonly Check[] {
  let reading: Promise<Readonly<Record<BucketSetting, SettingState>>> | null = null;
  const read = () => {
    reading ??= withBucket(env, bucketSettings);
    return reading;
  };
  return [
    ...settings.map((about) => ({
      name: `bucket ${about.setting}`,
      look: async () => judged(about, (await read())[about.setting], await bucketOf(env)),
    })),
    {
      name: 'bucket lock',
      look: () => withBucket(env, async (bucket) => lock(await tryLock(bucket))),
    },
  ];
}

async function bucketOf(env: Environment): Promise<string> {
  return (await configured(() => readConfig(env, ['states']))).states.bucket;
}

async function withBucket<Value>(
  env: Environment,
  use: (options: Parameters<typeof bucketSettings>[0]) => Promise<Value>,
): Promise<Value> {
  const { states } = await configured(() => readConfig(env, ['states']));
  const clock = createWallClock();
  try {
    return await use({ ...states, keys: await createKeySource(states.login, clock) });
  } finally {
    clock.close();
  }
}

function judged(
  { setting, action, off, command }: About,
  state: SettingState,
  bucket: string,
): Found {
  switch (state) {
    case 'on':
      return `bucket ${bucket} is ${setting}`;
    case 'off':
      throw new Amiss(
        'MisconfiguredAccount',
        `bucket ${bucket} is not ${setting}: ${off}`,
        command(bucket),
      );
    case 'unread':
      throw new Unknown(
        `whether bucket ${bucket} is ${setting} is unknown: the key may not read it`,
        `Allow ${action} on the bucket, for this check.`,
      );
    case 'unsupported':
      return {
        message: `the store of bucket ${bucket} does not say whether it is ${setting}`,
        todo: 'Check it in the documentation of your store.',
      };
    default:
      return state satisfies never;
  }
}

function lock({ atOnce, afterwards }: Awaited<ReturnType<typeof tryLock>>): string {
  if (atOnce === 1 && afterwards === 0) return 'of two writes at once one was refused: locks hold';
  const todo = 'Use a bucket whose store knows conditional writes (If-None-Match: *).';
  const taken = `it took ${atOnce} of two writes at once, and ${afterwards} of one afterwards`;
  throw new Amiss('MisconfiguredAccount', `two runs could hold one lock: ${taken}`, todo);
}
