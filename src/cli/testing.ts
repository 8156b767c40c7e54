import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { concatBytes, utf8Bytes } from '#base/bytes.ts';
import type { ExitCode } from './command.ts';
import { main } from './main.ts';

export interface Captured {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
  readonly bytes: Uint8Array;
}

/** Runs a command line in this process and keeps what it writes: for tests. */
export async function run(...argv: readonly string[]): Promise<Captured> {
  const out: Uint8Array[] = [];
  let err = '';
  const code = await main(argv, {
    out: (content) => void out.push(typeof content === 'string' ? utf8Bytes(content) : content),
    err: (text) => void (err += text),
  });
  const bytes = concatBytes(out);
  return { code, out: new TextDecoder().decode(bytes), err, bytes };
}

/** A folder for the files of a test file; it goes away with the tests. */
export function scratchFolder(): { readonly path: string; write(name: string, content: string | Uint8Array): string } {
  const path = mkdtempSync(join(tmpdir(), 'filterloom-cli-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write: (name, content) => {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
  };
}

/** httpbin with one plugin, as in the app's first sample. */
export const httpbinYaml = `apiVersion: v1
kind: Namespace
metadata:
  name: demo
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: httpbin
  namespace: demo
spec:
  selector:
    matchLabels: {app: httpbin}
  template:
    metadata:
      labels: {app: httpbin}
    spec:
      containers:
      - name: httpbin
        image: docker.io/kennethreitz/httpbin
        ports:
        - containerPort: 80
---
apiVersion: v1
kind: Service
metadata:
  name: httpbin
  namespace: demo
spec:
  selector: {app: httpbin}
  ports:
  - name: http
    port: 8000
    targetPort: 80
---
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: regex-replace
  namespace: demo
spec:
  selector:
    matchLabels: {app: httpbin}
  url: oci://registry.example/filterloom/regex-replace:1.0.0
  phase: AUTHN
  pluginConfig:
    pattern: banana/([0-9]*)
    replacement: status/$1
`;
