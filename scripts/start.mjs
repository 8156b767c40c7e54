// `npm start`: on a fresh machine with Node and npm, installs what is missing, builds, serves the built page and prints its URL.
import { build, ensureInstalled, root } from './lib.mjs';

ensureInstalled();
console.log('Building …');
const built = await build();
if (built.code !== 0) process.exit(built.code);
const { preview } = await import('vite');
const server = await preview({ root, preview: { host: '127.0.0.1', port: Number(process.env.PORT ?? 4173) } });
console.log(`Filterloom: ${server.resolvedUrls?.local[0] ?? 'http://127.0.0.1:4173/'}`);
