import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import { formModel } from '../schema/build-form.ts';
import type { FormField } from '../schema/form-model.ts';
import { examplesOf } from '../schema/read-schema.ts';
import { validateConfig } from '../schema/validate.ts';
import { catalogue } from './catalogue.ts';

const publicFolder = new URL('../../../public/', import.meta.url);
const samples = catalogue.filter((entry) => entry.module !== undefined);

/** Every subschema with what it says about examples and defaults. */
function subschemas(schema: JsonValue | undefined): readonly JsonObject[] {
  if (isArray(schema)) return schema.flatMap(subschemas);
  if (!isObject(schema)) return [];
  const inner = Object.entries(schema).filter(([key]) => !['default', 'examples', 'enum', 'const', 'required'].includes(key));
  return [schema, ...inner.flatMap(([, value]) => subschemas(value))];
}

function kinds(field: FormField): readonly string[] {
  const inner =
    field.kind === 'object'
      ? field.properties.map((property) => property.field)
      : field.kind === 'list'
        ? [field.item]
        : field.kind === 'map'
          ? [field.value]
          : field.kind === 'choice'
            ? field.options.map((option) => option.field)
            : [];
  return [field.kind, ...inner.flatMap((one) => (one === undefined ? [] : kinds(one)))];
}

test('names are unique and legal for Kubernetes', () => {
  const names = catalogue.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name))).toEqual([]);
});

describe.each(catalogue.map((entry) => [entry.name, entry] as const))('%s', (_, entry) => {
  const schema = entry.configSchema;

  test('a fresh drop is configured legally', () => {
    expect(schema === undefined ? [] : validateConfig(schema, entry.defaultConfig)).toEqual([]);
  });

  test('examples and defaults of the schema are legal', () => {
    const wrong = subschemas(schema).flatMap((sub) =>
      [...examplesOf(sub), ...(sub['default'] === undefined ? [] : [sub['default']])]
        .filter((example) => validateConfig(schema === undefined ? sub : { ...sub, $defs: schema['$defs'] }, example).length > 0)
        .map((example) => [sub['title'], example]),
    );
    expect(wrong).toEqual([]);
  });

  test('every key has words, and a field of its own', () => {
    const objects = subschemas(schema).filter((sub) => sub['type'] === 'object');
    const properties = objects.flatMap((sub) => (isObject(sub['properties']) ? Object.entries(sub['properties']) : []));
    expect(
      properties.filter(([, sub]) => !isObject(sub) || (sub['title'] === undefined && sub['$ref'] === undefined)).map(([key]) => key),
    ).toEqual([]);
    expect(entry.summary).toMatch(/^[A-Z].*\.$/);
    expect(entry.documentation.length).toBeGreaterThan(80);
  });
});

describe.each(samples.map((entry) => [entry.name, entry] as const))('sample %s', (name, { module, configSchema, requests, conversations = [] }) => {
  test('the module served is the one described', () => {
    const file = new URL(module?.path ?? '', publicFolder);
    expect(existsSync(file)).toBe(true);
    const bytes = readFileSync(file);
    expect({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }).toEqual({
      bytes: module?.bytes,
      sha256: module?.sha256,
    });
  });

  test('plugin.json and schema.json beside it say the same', () => {
    const read = (file: string): unknown => JSON.parse(readFileSync(new URL(`plugins/${name}/${file}`, publicFolder), 'utf8'));
    expect(read('schema.json')).toEqual(configSchema);
    expect(read('plugin.json')).toMatchObject({
      name,
      configSchema: 'schema.json',
      module: { path: `${name}.wasm`, sha256: module?.sha256 },
    });
  });

  test('its form needs no YAML, and there is something to try', () => {
    expect(kinds(formModel(configSchema ?? {}))).not.toContain('raw');
    expect(requests.length + conversations.length).toBeGreaterThan(0);
  });
});
