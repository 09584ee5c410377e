/**
 * Creates and reads ed25519 keys in OpenSSH's formats, without a passphrase, for the port `Keys`.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { Failure } from '../core/failure.ts';
import { heartbeatKey } from '../core/heartbeats/host-key.ts';
import type { Keys } from '../ports/keys.ts';

type OpensshKey = { readonly privateKey: string; readonly publicKey: string };

const magic = Buffer.from('openssh-key-v1\0');
const kind = 'ssh-ed25519';

/** @param caPrivateKey the user CA's, as `ssh-keygen -t ed25519` writes it. */
export function createKeys(caPrivateKey: string, heartbeatSecret: string | null): Keys {
  return {
    caPublicKey: publicKeyOf(caPrivateKey),
    newHostKey: (agent) => createOpensshKey(agent),
    givesHeartbeatKeys: heartbeatSecret !== null,
    heartbeatKey(agent, revision) {
      if (heartbeatSecret !== null) return heartbeatKey(heartbeatSecret, agent, revision);
      throw new Failure('ToolMissing', 'AURA_HEARTBEAT_SECRET is not set');
    },
    newNonce: () =>
      Array.from(randomBytes(16), (byte) => nonceCharacters[byte % 32] ?? '0').join(''),
  };
}

/** 32 of them, so that `byte % 32` selects each with the same probability. */
const nonceCharacters = '0123456789abcdefghijklmnopqrstuv';

export function createOpensshKey(comment: string): OpensshKey {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [secret, open] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const publicBlob = Buffer.concat([field(kind), field(open)]);
  const check = randomBytes(4);
  const secretPart = [field(Buffer.concat([secret, open])), field(comment)];
  const inner = Buffer.concat([check, check, publicBlob, ...secretPart]);
  const padding = Buffer.from(
    Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, i) => i + 1),
  );
  const whole = Buffer.concat([
    magic,
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([inner, padding])),
  ]);
  const body = whole.toString('base64').replace(/.{70}/g, '$&\n');
  return {
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicKey: `${kind} ${publicBlob.toString('base64')}`,
  };
}

/** The public key precedes the private one, unencrypted. Throws `InvalidInput`. */
export function publicKeyOf(privateKey: string): string {
  const { blob } = outerParts(privateKey);
  const name = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
  return `${name} ${blob.toString('base64')}`;
}

/** Both halves of an ed25519 key, to sign with. Throws `InvalidInput` for any other key. */
export function ed25519KeyIn(privateKey: string): Ed25519Key {
  const { cipher, blob, secretPart } = outerParts(privateKey);
  if (cipher.toString() !== 'none')
    throw new Failure('InvalidInput', 'the SSH CA key has a passphrase');
  const next = fieldsOf(secretPart, 8);
  const name = next().toString('latin1');
  if (name !== kind) throw new Failure('InvalidInput', `the SSH CA key is ${name}, not ${kind}`);
  const open = next();
  const secret = next().subarray(0, 32);
  const [d, x] = [secret.toString('base64url'), open.toString('base64url')];
  const jwk = { kty: 'OKP', crv: 'Ed25519', d, x };
  return { blob, key: createPrivateKey({ key: jwk, format: 'jwk' }) };
}

type Ed25519Key = {
  /** the public half, as it stands in certificates */
  readonly blob: Buffer;
  readonly key: KeyObject;
};

function outerParts(privateKey: string) {
  const base64 = privateKey.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  const bytes = Buffer.from(base64, 'base64');
  if (!bytes.subarray(0, magic.length).equals(magic))
    throw new Failure('InvalidInput', 'the SSH CA key is not a private key in OpenSSH’s format');
  const next = fieldsOf(bytes, magic.length);
  const cipher = next();
  for (const _part of ['kdf', 'kdf options']) next();
  next.skip(4);
  return { cipher, blob: next(), secretPart: next() };
}

/** Returns one field after the other. */
function fieldsOf(bytes: Buffer, start: number): { (): Buffer; skip(count: number): void } {
  let offset = start;
  const next = () => {
    const begin = offset + 4;
    offset = begin > bytes.length ? Infinity : begin + bytes.readUInt32BE(offset);
    if (offset > bytes.length) throw new Failure('InvalidInput', 'the SSH CA key is truncated');
    return bytes.subarray(begin, offset);
  };
  const skip = (count: number) => {
    offset += count;
  };
  return Object.assign(next, { skip });
}

/** A string of SSH's wire format: its length, then its bytes. */
export function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
