/**
 * Who may import whom (ARCHITECTURE.md, "Rooms"). `rooms.test.ts` reads every import of `src/`, type imports too, and fails on a
 * breach, a cycle or an empty graph.
 */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  base: [],
  yaml: ['base'],
  envoy: ['base', 'yaml'],
  istio: ['base', 'yaml', 'envoy'],
  proxywasm: ['base'],
  simulator: ['base', 'envoy', 'proxywasm'],
  plugins: ['base', 'yaml', 'proxywasm'],
  workspace: ['base', 'yaml', 'envoy', 'istio', 'simulator', 'plugins', 'workers'],
  workers: ['base', 'envoy', 'istio', 'proxywasm', 'simulator', 'plugins'],
  ui: ['base', 'envoy', 'istio', 'simulator', 'plugins', 'workspace'],
  cli: ['base', 'yaml', 'envoy', 'istio', 'proxywasm', 'simulator', 'plugins'],
  testing: ['base', 'yaml', 'envoy', 'istio', 'proxywasm', 'simulator', 'plugins'],
};

/** Rooms from which `ui` may take types only. */
export const typesOnly: readonly (readonly [string, string])[] = [
  ['ui', 'istio'],
  ['ui', 'simulator'],
];

/** Where a package may be imported: folders under `src/`. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  react: ['ui', 'main.tsx'],
  'react-dom': ['ui', 'main.tsx'],
  'monaco-editor': ['ui/editors'],
  '@xyflow/react': ['ui/canvas'],
  'js-yaml': ['yaml'],
  '@bufbuild/protobuf': ['envoy'],
  zustand: ['workspace', 'ui', 'main.tsx'],
  idb: ['workspace'],
  fflate: ['workspace'],
  brotli: ['simulator/compression'],
  fzstd: ['simulator/compression'],
};
