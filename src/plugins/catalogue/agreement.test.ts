import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mustExist } from '#base/assert.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { asString, isArray, isObject } from '#base/json.ts';
import type { WasmCode } from '#proxywasm/load-module.ts';
import { loadModule } from '#proxywasm/load-module.ts';
import { WasmRuntime } from '#proxywasm/wasm-runtime.ts';
import { FakeProxy } from '#testing/fake-proxy.ts';
import { pluginSettings } from '#testing/guests.ts';
import { hasErrors } from '../schema/problems.ts';
import { validateConfig } from '../schema/validate.ts';
import { catalogue } from './catalogue.ts';
import type { CatalogueEntry } from './entry.ts';

/*
 * What a form calls legal, the module must take, and the other way round. Configurations are made from the default one by
 * small mistakes; each is shown to the schema and to the real module.
 */

const texts = ['', 'x', '/admin', ':path', 'a b', 'line\nbreak', '%{path}', '%{user}', '100%', 'GET', '*.example.com', 'a:b', 'é'];
const leaves: readonly JsonValue[] = [...texts, 0, -1, 403, 99, 600, 1.5, true, null, [], {}, ['x'], { x: 'y' }];

const withKey = (value: JsonObject, key: string, item: JsonValue): JsonObject => ({ ...value, [key]: item });

/** One mistake (or harmless change) somewhere in a value. */
function mutations(value: JsonValue, keys: readonly string[]): readonly JsonValue[] {
  const here: JsonValue[] = [...leaves];
  if (isArray(value)) {
    here.push([], [...value, ...value.slice(0, 1)]);
    for (const [i, item] of value.entries()) here.push(...mutations(item, keys).map((next) => value.with(i, next)));
  } else if (isObject(value)) {
    for (const key of keys) here.push(...leaves.map((leaf) => withKey(value, key, leaf)));
    for (const [key, item] of Object.entries(value)) {
      const { [key]: removed = null, ...rest } = value;
      here.push(rest, { ...rest, [`${key}s`]: removed });
      if (item !== undefined) here.push(...mutations(item, keys).map((next) => withKey(value, key, next)));
    }
  }
  return here;
}

function keysOf(schema: JsonValue | undefined): readonly string[] {
  if (isArray(schema)) return schema.flatMap(keysOf);
  if (!isObject(schema)) return [];
  const { properties } = schema;
  return [...(isObject(properties) ? Object.keys(properties) : []), ...Object.values(schema).flatMap(keysOf)];
}

/** What a schema cannot say: names that are there twice, patterns of another dialect than JavaScript's. */
const beyondSchema: Readonly<Record<string, (config: JsonObject) => boolean>> = {
  'basic-auth': ({ users }) => isArray(users) && new Set(users.map((user) => (isObject(user) ? user['name'] : user))).size < users.length,
  // a brace is a repetition in POSIX
  'path-guard': ({ rules }) => isArray(rules) && rules.some((rule) => isObject(rule) && asString(rule['pattern'])?.includes('{') === true),
};

async function moduleOf({ name, module }: CatalogueEntry): Promise<WasmCode> {
  const bytes = readFileSync(new URL(`../../../public/${module?.path ?? name}`, import.meta.url));
  const loaded = await loadModule(new Uint8Array(bytes));
  return mustExist(loaded.ok ? loaded.value : undefined, name);
}

describe.each(catalogue.filter((entry) => entry.module !== undefined).map((entry) => [entry.name, entry] as const))('%s', (name, entry) => {
  const schema = entry.configSchema ?? {};
  const candidates = mutations(entry.defaultConfig, [...new Set(keysOf(schema))]);

  test('takes what its schema allows, refuses what it forbids', async () => {
    const code = await moduleOf(entry);
    const isTaken = (config: JsonValue): boolean => {
      const proxy = new FakeProxy();
      const settings = { ...pluginSettings(''), pluginConfiguration: new TextEncoder().encode(JSON.stringify(config)) };
      const made = new WasmRuntime(proxy).createPlugin(settings, { ok: true, value: code }, proxy);
      expect(proxy.failures, `${JSON.stringify(config)} must not end the VM`).toEqual([]);
      return made.ok;
    };
    expect(isTaken(entry.defaultConfig)).toBe(true);
    const property = fc.property(fc.constantFrom(...candidates), (config) => {
      if (isObject(config) && beyondSchema[name]?.(config) === true) return;
      expect(isTaken(config), JSON.stringify(config)).toBe(!hasErrors(validateConfig(schema, config)));
    });
    fc.assert(property, { numRuns: entry.language === 'go' ? 40 : 200 });
  });
});
