import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The policy of the built page (ARCHITECTURE.md, "Guests are not trusted"). The development server needs inline scripts and eval-free HMR, so it stays without. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function cspMeta(): Plugin {
  return {
    name: 'filterloom-csp',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', injectTo: 'head-prepend', attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy } },
    ],
  };
}

export default defineConfig({
  base: './', // static files that work from any sub-path of any host
  plugins: [react(), cspMeta()],
  resolve: { alias: [{ find: /^monaco-editor\/esm\/vs\//, replacement: 'monaco-editor/' }] },
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 4000, manifest: true },
  worker: { format: 'es' },
  optimizeDeps: { include: ['monaco-editor/editor', 'monaco-editor/editor/editor.worker'] },
});
