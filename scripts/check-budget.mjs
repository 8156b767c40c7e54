// The first load stays small: what index.html pulls in at once (entry, its static imports and their styles), gzip. The editor and the
// canvas come later, each as a chunk of its own. Run after the build.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { root } from './lib.mjs';

const limitKb = 150;
const manifest = JSON.parse(readFileSync(`${root}dist/.vite/manifest.json`, 'utf8'));
const entry = Object.entries(manifest).find(([, chunk]) => chunk.isEntry);
if (entry === undefined) throw new Error('The build has no entry.');

const size = (file) => gzipSync(readFileSync(`${root}dist/${file}`), { level: 9 }).length / 1000;

/** Chunks and styles that come with `key` at once, without those already in `into`. */
function closure(key, into) {
  const chunk = manifest[key];
  if (chunk === undefined || into.has(chunk.file)) return into;
  into.add(chunk.file);
  for (const css of chunk.css ?? []) into.add(css);
  for (const next of chunk.imports ?? []) closure(next, into);
  return into;
}

const first = closure(entry[0], new Set(['index.html']));
let total = 0;
for (const file of first) {
  total += size(file);
  console.log(`${size(file).toFixed(1).padStart(8)} KB  ${file}`);
}
console.log(`${total.toFixed(1).padStart(8)} KB gzip in the first load, limit ${limitKb} KB`);

// For information: everything until the sample's chain, its inspector and the preview are drawn.
const drawn = new Set(first);
for (const key of [
  'src/open-workspace.ts',
  'src/ui/canvas/CanvasPane.tsx',
  'src/ui/inspector/InspectorPane.tsx',
  'src/ui/preview/PreviewPane.tsx',
])
  closure(key, drawn);
console.log(
  `${[...drawn]
    .reduce((sum, file) => sum + size(file), 0)
    .toFixed(1)
    .padStart(8)} KB gzip until chain, inspector and preview are drawn`,
);

const editor = [...drawn].filter(
  (file) => file.endsWith('.js') && readFileSync(`${root}dist/${file}`, 'utf8').includes('editor.action.clipboardCopyAction'),
);
if (total > limitKb || editor.length > 0) {
  console.error(
    editor.length > 0 ? `The editor is loaded before it is needed: ${editor.join(', ')}` : 'The first load is over its budget.',
  );
  process.exitCode = 1;
}
