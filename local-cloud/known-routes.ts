/** The methods of an API's paths, for status 405 and its header. */
import type { FastifyInstance } from 'fastify';

/** Fastify answers 404 to a known path with another method, where the APIs answer 405. */
export function collectRoutes(app: FastifyInstance): { methodsAt(url: string): string[] } {
  const found: { methods: string[]; pattern: RegExp }[] = [];
  app.addHook('onRoute', (route) => {
    const source = route.url
      .replace(/:\w+\([^)]*\)/g, ':p')
      .split(/(:\w+|\*)/)
      .map((piece) => {
        if (piece === '*') return '.*';
        return piece.startsWith(':') ? '[^/]+' : piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
      })
      .join('');
    found.push({ methods: [route.method].flat(), pattern: new RegExp(`^${source}$`) });
  });
  return {
    methodsAt(url) {
      const path = url.split('?', 1)[0] ?? '';
      const hits = found.filter(({ pattern }) => pattern.test(path));
      return [...new Set(hits.flatMap(({ methods }) => methods))].sort();
    },
  };
}
