import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packages, rooms, typesOnly } from './rooms.ts';

const root = new URL('.', import.meta.url).pathname;
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.(test|bench)\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
  .map((name) => name.replaceAll('\\', '/'));

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const pattern = /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s*)?'([^']+)'|import\(\s*'([^']+)'\s*\)|new URL\(\s*'(\.[^']+)'/g;
const imports: readonly Import[] = files.flatMap((from) =>
  [...readFileSync(join(root, from), 'utf8').matchAll(pattern)].map((match) => ({
    from,
    specifier: match[3] ?? match[4] ?? match[5] ?? '',
    typeOnly: match[2] !== undefined,
  })),
);

/** `yaml/parse.ts` for `#yaml/parse.ts` or a relative path; undefined for packages. */
function target({ from, specifier }: Import): string | undefined {
  const bare = specifier.replace(/\?.*$/, '');
  if (bare.startsWith('#')) return bare.slice(1);
  if (!bare.startsWith('.')) return undefined;
  const path = normalize(join(root, dirname(from), bare));
  // files outside `src/`, such as static ones, belong to no room
  return path.startsWith(root) ? relative(root, path).replaceAll('\\', '/') : undefined;
}

const roomOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : file);

/** `main.tsx` and `open-workspace.ts` compose everything; `rooms.ts` is this table. */
const aboveRooms = new Set(['main.tsx', 'open-workspace.ts', 'rooms.ts', 'vite-env.d.ts']);

describe('rooms', () => {
  test('the graph is not empty', () => {
    expect(files.length).toBeGreaterThan(15);
    expect(imports.filter((item) => target(item) !== undefined).length).toBeGreaterThan(20);
  });

  test('nobody imports what the table does not allow', () => {
    const breaches = imports.flatMap((item) => {
      const to = target(item);
      const here = roomOf(item.from);
      if (to === undefined || aboveRooms.has(item.from)) return [];
      const there = roomOf(to);
      if (here === there) return [];
      const allowed = rooms[here]?.includes(there) === true;
      const needsType = typesOnly.some(([a, b]) => a === here && b === there);
      return allowed && (!needsType || item.typeOnly) ? [] : [`${item.from} → ${item.specifier}`];
    });
    expect(breaches).toEqual([]);
  });

  test('packages stay in their rooms', () => {
    const breaches = imports.flatMap((item) => {
      const name = Object.keys(packages).find((known) => item.specifier === known || item.specifier.startsWith(`${known}/`));
      if (name === undefined) return [];
      return packages[name]?.some((place) => item.from === place || item.from.startsWith(`${place}/`)) === true
        ? []
        : [`${item.from} → ${item.specifier}`];
    });
    expect(breaches).toEqual([]);
  });

  test('engine rooms use no node modules and no barrels', () => {
    const engine = new Set(['base', 'yaml', 'envoy', 'istio', 'proxywasm', 'simulator', 'plugins']);
    expect(imports.filter((item) => engine.has(roomOf(item.from)) && item.specifier.startsWith('node:'))).toEqual([]);
    expect(files.filter((file) => /(^|\/)index\.tsx?$/.test(file))).toEqual([]);
  });

  test('no import cycles between files', () => {
    const edges = new Map<string, string[]>();
    for (const item of imports) {
      const to = target(item);
      if (to !== undefined && !item.typeOnly) edges.set(item.from, [...(edges.get(item.from) ?? []), to]);
    }
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
        return;
      }
      state.set(file, 'open');
      for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });
});
