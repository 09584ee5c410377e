/** A fresh ed25519 private key in OpenSSH's own format (PROTOCOL.key), without a passphrase. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';

export function createOpensshKey(comment: string): string {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [secret, open] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const kind = field('ssh-ed25519');
  const check = randomBytes(4);
  const inner = Buffer.concat([
    check,
    check,
    kind,
    field(open),
    field(Buffer.concat([secret, open])),
    field(comment),
  ]);
  const padding = Buffer.from(
    Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, i) => i + 1),
  );
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(Buffer.concat([kind, field(open)])),
    field(Buffer.concat([inner, padding])),
  ]);
  const body = whole.toString('base64').replace(/.{70}/g, '$&\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
