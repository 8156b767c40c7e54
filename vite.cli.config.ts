import { defineConfig } from 'vite';

/** The command line: the same engine as the app, bundled for Node. `bin/filterloom.mjs` runs it. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: 'src/cli/main.ts',
    outDir: 'build',
    target: 'node20',
    minify: false,
    rollupOptions: { output: { entryFileNames: 'cli.mjs', chunkFileNames: 'cli-[name].mjs' } },
  },
  ssr: { noExternal: true },
});
