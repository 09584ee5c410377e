/** A proxy before Hetzner's API whose answers have another time. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export async function startLateClock(
  endpoint: string,
  lateMs: number,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { authorization = '' } = request.headers;
    const method = request.method ?? 'GET';
    const answer = await fetch(`${endpoint}${request.url}`, { method, headers: { authorization } });
    const date = new Date(Date.parse(answer.headers.get('date') ?? '') - lateMs).toUTCString();
    const type = answer.headers.get('content-type') ?? 'application/json';
    response.writeHead(answer.status, { date, 'content-type': type });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
