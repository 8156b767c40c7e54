/**
 * A path for a file of the folder, made of the user's name for it: it stays inside the folder, every system can store it, it ends in
 * `extension` (or another one of YAML), and no other file has it, whatever the case of the letters. The path is added to `taken`.
 */
export function freePath(name: string, taken: Set<string>, extension: '.yaml' | '.wasm' = '.yaml'): string {
  const parts = name
    .split(/[/\\]/)
    .map((part) => part.replaceAll(/[^\w.()@+-]+/g, '-').replace(/^\.+/, ''))
    .filter((part) => part !== '');
  const joined = parts.join('/') || 'resources';
  const known = extension === '.yaml' ? /^(.*)(\.(?:ya?ml|json))$/i : /^(.*)(\.wasm)$/i;
  const [, stem = joined, ending = extension] = known.exec(joined) ?? [];
  for (let count = 1; ; count++) {
    const path = `${stem}${count === 1 ? '' : `-${count}`}${ending}`;
    if (taken.has(path.toLowerCase())) continue;
    taken.add(path.toLowerCase());
    return path;
  }
}
