/**
 * Asks the gateway that a device publishes by `tailscale serve`: by HTTPS where the tailnet issues
 * certificates, else by HTTP. It answers to the full name of the device only.
 */
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { cut } from '../../core/text/cut.ts';
import type { ConnectCommand, GatewayAnswer, PublishingDevice } from '../../ports/tailnet-node.ts';

const timeoutMs = 10_000;
const saidMax = 200;
/** What `tailscale nc` says where the other end closes the port; it has no code for it. */
const refused = /connection was refused/;

export async function askGateway(
  command: ConnectCommand,
  device: PublishingDevice,
  path: string,
): Promise<GatewayAnswer> {
  const secure = await ask(command, { device, path, port: 443 });
  return secure.kind === 'answered' ? secure : ask(command, { device, path, port: 80 });
}

type Asked = { readonly device: PublishingDevice; readonly path: string; readonly port: 80 | 443 };

function ask([program, ...args]: ConnectCommand, asked: Asked): Promise<GatewayAnswer> {
  const { device, path, port } = asked;
  return new Promise((resolve) => {
    const child = spawn(program, [...args, device.address, String(port)], {
      env: { PATH: process.env['PATH'] ?? '' },
    });
    let [said, why] = ['', 'the connection broke'];
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      said = cut(said + piece, saidMax);
    });
    const timer = setTimeout(() => {
      why = 'it does not answer in time';
      child.kill('SIGKILL');
    }, timeoutMs);
    // Also after an answer, when it changes nothing any more.
    const finish = (answer: GatewayAnswer) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(answer);
    };
    child.on('error', ({ message }) => finish({ kind: 'unreachable', said: message }));
    child.on('close', () => {
      const unreachable = { kind: 'unreachable', said: said.trim() || why } as const;
      finish(refused.test(said) ? { kind: 'refused' } : unreachable);
    });
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    const socket = port === 443 ? connect({ socket: stream, servername: device.name }) : stream;
    const sent = request({
      path,
      headers: { host: device.name },
      createConnection: () => socket,
    });
    for (const one of [stream, socket, sent])
      one.on('error', ({ message }) => {
        why = message;
        child.kill();
      });
    sent.on('response', ({ statusCode = 0 }) => finish({ kind: 'answered', status: statusCode }));
    sent.end();
  });
}
