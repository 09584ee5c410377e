/** A fastify server with one route that answers a constant: what a route costs at the least. */
import process from 'node:process';
import Fastify from 'fastify';

const payload: unknown = JSON.parse(process.argv[2] ?? 'null');
const app = Fastify();
app.get('/v1/agents/:id', async () => payload);
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.(url);
process.on('disconnect', () => void app.close());
