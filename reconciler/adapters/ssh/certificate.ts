/**
 * Signs user certificates with the SSH user CA, in this process: the CA's private key is in no file
 * and in no argument.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.certkeys
 */
import { randomBytes, sign, verify } from 'node:crypto';
import { Failure } from '../../core/failure.ts';
import { ed25519KeyIn, field } from '../openssh.ts';

type Request = {
  /** the public half of the job's key, e.g. `ssh-ed25519 AAAA…` */
  readonly publicKey: string;
  /** the one name that sshd accepts it for: the agent's id */
  readonly principal: string;
  readonly fromMs: number;
  readonly untilMs: number;
};
export type SignCertificate = (request: Request) => string;

const kind = 'ssh-ed25519-cert-v01@openssh.com';
const userCertificate = 1;

/** Throws `ToolMissing` if the key cannot sign: it is not ed25519, or has a passphrase. */
export function createSigner(caPrivateKey: string): SignCertificate {
  const ca = caKeyIn(caPrivateKey);
  return ({ publicKey, principal, fromMs, untilMs }) => {
    const body = Buffer.concat([
      field(kind),
      field(randomBytes(32)),
      field(keyBytesOf(publicKey)),
      uint64(BigInt(`0x${randomBytes(8).toString('hex')}`)),
      uint32(userCertificate),
      // Shown in the host's log of logins.
      field(`aura ${principal}`),
      field(field(principal)),
      uint64(BigInt(Math.floor(fromMs / 1000))),
      uint64(BigInt(Math.floor(untilMs / 1000))),
      // No critical options; no forwarding, terminal or other extension.
      field(''),
      field(''),
      field(''),
      field(ca.blob),
    ]);
    const signature = sign(null, body, ca.key);
    const signed = Buffer.concat([
      body,
      field(Buffer.concat([field('ssh-ed25519'), field(signature)])),
    ]);
    return `${kind} ${signed.toString('base64')} ${principal}\n`;
  };
}

function caKeyIn(caPrivateKey: string) {
  try {
    const ca = ed25519KeyIn(caPrivateKey);
    const sample = randomBytes(16);
    const open = { key: jwkOf(ca.blob), format: 'jwk' } as const;
    if (verify(null, sample, open, sign(null, sample, ca.key))) return ca;
  } catch (cause) {
    const why = cause instanceof Failure ? cause.message : 'the SSH CA key is damaged';
    throw new Failure('ToolMissing', `AURA_SSH_CA_KEY cannot sign: ${why}`, { cause });
  }
  throw new Failure('ToolMissing', 'AURA_SSH_CA_KEY cannot sign: its two halves do not match');
}

function jwkOf(blob: Buffer) {
  return { kty: 'OKP', crv: 'Ed25519', x: blob.subarray(-32).toString('base64url') };
}

/** The 32 bytes of an ed25519 public key. */
function keyBytesOf(publicKey: string): Buffer {
  return Buffer.from(publicKey.split(' ')[1] ?? '', 'base64').subarray(-32);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
