import { load, dump } from 'js-yaml';
import { assert, constantFrom, integer, property, tuple, type Arbitrary } from 'fast-check';
import { expect, test } from 'vitest';
import { asObject, asString, isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { readResources } from '#istio/read-resources.ts';
import type { Proxy, Resource } from '#istio/resource.ts';
import { snapshotOf } from '#istio/snapshot.ts';
import { validateResources } from '#istio/validation/validate.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { parseYaml } from '#yaml/parse.ts';
import { anyFamilies, generateAnyCase } from './generate.ts';

const types = await envoyTypes();

interface Mesh {
  readonly objects: readonly JsonObject[];
  readonly input: JsonObject;
}

/** A random mesh as objects. */
const meshes: Arbitrary<Mesh> = tuple(integer({ min: 1, max: 5000 }), constantFrom(...anyFamilies)).map(([seed, family]) => {
  const input = generateAnyCase(seed, family);
  const objects = (asString(input['resources']) ?? '').split('---\n').map((text) => load(text) as JsonObject);
  return { objects, input };
});

/** One field somewhere inside an object is something else now. */
interface Mutation {
  readonly at: number;
  readonly step: number;
  readonly kind: 'missing' | 'null' | 'text' | 'number' | 'list' | 'object' | 'deep' | 'unknown';
}

const mutations: Arbitrary<Mutation> = tuple(
  integer({ min: 0, max: 1000 }),
  integer({ min: 0, max: 1000 }),
  constantFrom('missing', 'null', 'text', 'number', 'list', 'object', 'deep', 'unknown'),
).map(([at, step, kind]) => ({ at, step, kind }) as const);

const replacements: Readonly<Record<Mutation['kind'], JsonValue | undefined>> = {
  missing: undefined,
  null: null,
  text: 'something else',
  number: -7.5,
  list: [{}, [], null, 'x'],
  object: { unexpected: { deep: [1] } },
  deep: { a: { a: { a: { a: [[[[{}]]]] } } } },
  unknown: undefined,
};

/** Paths of all values but the root. */
function pathsOf(value: JsonValue | undefined, path: readonly (string | number)[] = []): (string | number)[][] {
  const inside = isArray(value)
    ? value.flatMap((item, i) => pathsOf(item, [...path, i]))
    : isObject(value)
      ? Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))
      : [];
  return path.length === 0 ? inside : [[...path], ...inside];
}

function put(root: JsonObject, path: readonly (string | number)[], value: JsonValue | undefined): JsonObject {
  const copy = structuredClone<JsonObject>(root);
  let parent: unknown = copy;
  for (const step of path.slice(0, -1)) parent = (parent as Record<string | number, unknown>)[step];
  const last = path.at(-1) ?? '';
  const holder = parent as Record<string | number, unknown>;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

function mutated(mesh: Mesh, mutation: Mutation): { readonly text: string; readonly index: number } {
  const index = mutation.at % mesh.objects.length;
  const object = mesh.objects[index] ?? {};
  const paths = pathsOf(object);
  const path = paths[mutation.step % paths.length] ?? [];
  const changed =
    mutation.kind === 'unknown'
      ? { ...object, nobodyKnowsThis: { a: 1 }, spec: unknownField(object['spec']) }
      : put(object, path, replacements[mutation.kind]);
  return { text: textOf(mesh.objects.with(index, changed)), index };
}

function unknownField(spec: JsonValue | undefined): JsonValue {
  return isObject(spec) ? { ...spec, nobodyKnowsThisEither: ['x'] } : (spec ?? {});
}

function textOf(objects: readonly JsonObject[]): string {
  return objects.map((object) => dump(object, { lineWidth: -1, noRefs: true })).join('---\n');
}

function resourcesOf(text: string): ReturnType<typeof readResources> {
  return readResources([parseYaml(text, 'mesh.yaml')]);
}

function meshInput(input: JsonObject, resources: readonly Resource[]) {
  const proxy = { ip: '10.1.0.1', metadata: {}, ...asObject(input['proxy']) } as unknown as Proxy;
  const env = { PILOT_ENABLE_AMBIENT: 'true', ...(asObject(input['env']) as Record<string, string>) };
  return { resources, proxy, istio: '1.31', meshConfig: asObject(input['meshConfig']), env, types };
}

function listenersOf(input: JsonObject, resources: readonly Resource[]): string {
  return JSON.stringify(buildMesh(meshInput(input, resources)).listeners);
}

const runs = { numRuns: 20 };

test('one field of any object may be missing, null or of another type: nothing throws, and every problem has a place in the text', () => {
  assert(
    property(meshes, mutations, (mesh, mutation) => {
      const { text } = mutated(mesh, mutation);
      const { resources, diagnostics } = resourcesOf(text);
      const output = buildMesh(meshInput(mesh.input, resources));
      findProxies(resources);
      for (const { at } of [...diagnostics, ...validateResources(resources, { istio: '1.31', types })]) {
        expect(at?.file).toBe('mesh.yaml');
        expect(at?.range.start).toBeGreaterThanOrEqual(0);
        expect(at?.range.end).toBeLessThanOrEqual(text.length);
      }
      expect(output.listeners.every((listener) => Array.isArray(listener.filterChains))).toBe(true);
    }),
    runs,
  );
});

test('an object istiod cannot read is as good as not there', () => {
  assert(
    property(meshes, mutations, (mesh, mutation) => {
      const { text } = mutated(mesh, mutation);
      const { resources } = resourcesOf(text);
      const { unreadable } = snapshotOf(meshInput(mesh.input, resources));
      if (unreadable.length === 0) return;
      const without = new Set(unreadable.map(({ resource }) => resource));
      const rest = resources.filter((resource) => !without.has(resource));
      expect(listenersOf(mesh.input, resources)).toBe(listenersOf(mesh.input, rest));
    }),
    runs,
  );
});

test('fields nobody knows change nothing', () => {
  assert(
    property(meshes, integer({ min: 0, max: 1000 }), (mesh, at) => {
      const istio = mesh.objects.map((object) => (asString(object['apiVersion'])?.includes('.istio.io') === true ? [object] : [])).flat();
      const chosen = istio[at % Math.max(1, istio.length)];
      if (chosen === undefined) return;
      const index = mesh.objects.indexOf(chosen);
      const changed = mesh.objects.with(index, { ...chosen, spec: unknownField(chosen['spec']), status: { conditions: [] } });
      const before = resourcesOf(textOf(mesh.objects)).resources;
      const after = resourcesOf(textOf(changed)).resources;
      expect(listenersOf(mesh.input, after)).toBe(listenersOf(mesh.input, before));
    }),
    runs,
  );
});

test('an object that is there twice is told, and nothing throws', () => {
  assert(
    property(meshes, integer({ min: 0, max: 1000 }), (mesh, at) => {
      const twice = [...mesh.objects, ...mesh.objects.slice(at % mesh.objects.length).slice(0, 1)];
      const { resources, diagnostics } = resourcesOf(textOf(twice));
      expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain('istio/duplicate');
      buildMesh(meshInput(mesh.input, resources));
      validateResources(resources, { istio: '1.31', types });
    }),
    runs,
  );
});
