import { defineConfig } from 'vite';

/** The command line: the same engine as the app, bundled for Node. `bin/filterloom.mjs` runs it. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    outDir: 'build',
    target: 'node20',
    minify: false,
    rollupOptions: {
      input: { cli: 'src/cli/main.ts', 'case-worker': 'src/cli/test/case-worker.ts' },
      output: { entryFileNames: '[name].mjs', chunkFileNames: 'cli-[name].mjs' },
    },
  },
  ssr: { noExternal: true },
});
