// The first load stays small: what index.html pulls in at once (entry, its static imports and their styles), gzip. The editor and the
// canvas come later, each as a chunk of its own.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { root } from './lib.mjs';

const limitKb = 150;
const manifest = JSON.parse(readFileSync(`${root}dist/.vite/manifest.json`, 'utf8'));
const entry = Object.entries(manifest).find(([, chunk]) => chunk.isEntry);
if (entry === undefined) throw new Error('The build has no entry.');

const files = new Set(['index.html']);
const visit = (key) => {
  const chunk = manifest[key];
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const next of chunk.imports ?? []) visit(next);
};
visit(entry[0]);

const size = (file) => gzipSync(readFileSync(`${root}dist/${file}`), { level: 9 }).length / 1000;
let total = 0;
for (const file of files) {
  total += size(file);
  console.log(`${size(file).toFixed(1).padStart(8)} KB  ${file}`);
}
const monaco = [...files].filter((file) => readFileSync(`${root}dist/${file}`, 'utf8').includes('monaco-editor'));
console.log(`${total.toFixed(1).padStart(8)} KB gzip in all, limit ${limitKb} KB`);
if (total > limitKb || monaco.length > 0) {
  console.error(monaco.length > 0 ? `The editor is part of the first load: ${monaco.join(', ')}` : 'The first load is over its budget.');
  process.exitCode = 1;
}
