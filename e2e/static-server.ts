import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

interface StaticServer {
  readonly url: string;
  close(): void;
}

/** Folders under their paths, as a plain static host on the loopback interface gives them; everything else is 404. */
export async function serveFolders(folders: Readonly<Record<string, string>>): Promise<StaticServer> {
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const mount = Object.keys(folders).find((prefix) => path.startsWith(prefix));
    const folder = mount === undefined ? undefined : folders[mount];
    const answer = async (): Promise<void> => {
      if (mount === undefined || folder === undefined) throw new Error('outside');
      const file = normalize(join(folder, path.slice(mount.length)));
      if (!file.startsWith(normalize(folder))) throw new Error('outside');
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(await readFile(file));
    };
    answer().catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** The built page under a sub-path. */
export async function serveUnder(prefix: string): Promise<StaticServer> {
  const { url, close } = await serveFolders({ [prefix]: dist });
  return { url: `${url}${prefix}index.html`, close };
}
