import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { formatPath } from '#base/json.ts';
import { arbitrarySchema, arbitraryValue } from '#testing/arbitrary-schema.ts';
import { hasErrors } from './problems.ts';
import { validateConfig } from './validate.ts';

/** One line for each problem: `path: message`. */
const say = (schema: JsonObject | boolean, value: JsonValue): readonly string[] =>
  validateConfig(schema, value).map((problem) => `${formatPath(problem.path)}: ${problem.message}`);

const server: JsonObject = {
  type: 'object',
  required: ['host', 'port'],
  additionalProperties: false,
  properties: {
    host: { type: 'string', minLength: 1, format: 'hostname' },
    port: { type: 'integer', minimum: 1, maximum: 65535 },
    mode: { enum: ['strict', 'permissive'] },
    requestHeaders: { type: 'object', additionalProperties: { type: 'string' }, propertyNames: { pattern: '^[a-z-]+$' } },
    paths: { type: 'array', uniqueItems: true, minItems: 1, items: { type: 'string', pattern: '^/' } },
  },
};

describe('validateConfig', () => {
  test('nothing to say about a legal configuration', () => {
    expect(say(server, { host: 'a.example', port: 80, mode: 'strict', requestHeaders: { 'x-a': '1' }, paths: ['/a', '/b'] })).toEqual([]);
  });

  test('all problems, not only the first, each at its place', () => {
    const value = { host: '', prot: 80, mode: 'strickt', request_headers: {}, requestHeaders: { 'X-A': 1 }, paths: ['a', '/b', '/b'] };
    expect(say(server, value)).toEqual([
      'port: "port" is missing',
      'host: must not be empty',
      'host: must be a host name',
      'prot: unknown key "prot", did you mean "port"?',
      'mode: must be one of "strict" or "permissive", did you mean "strict"?',
      'request_headers: unknown key "request_headers"',
      'requestHeaders["X-A"]: the key "X-A" is not allowed: it must match ^[a-z-]+$'.replace('["X-A"]', '.X-A'),
      'requestHeaders.X-A: must be a string, not a number',
      'paths[0]: must match ^/',
      'paths[2]: is the same as item 2',
    ]);
  });

  test('help for the usual mistakes of YAML', () => {
    const help = (schema: JsonObject, value: JsonValue): string | undefined => validateConfig(schema, value)[0]?.help;
    expect(help({ type: 'string' }, 8080)).toBe('Put it in quotes: "8080".');
    expect(help({ type: 'integer' }, '8080')).toBe('Write it without quotes: 8080.');
    expect(help({ type: 'boolean' }, 'True')).toBe('Write it without quotes: true.');
    expect(help({ type: 'array' }, '/a')).toBe('Write it as a list: "- " before each item.');
    expect(help(server, { host: 'a', port: 1, hosts: 1 })).toBe('Allowed here: host, port, mode, requestHeaders, paths.');
  });

  test.each<[string, JsonObject, JsonValue, string[]]>([
    ['whole numbers', { type: 'integer' }, 1.5, [': must be a whole number, not 1.5']],
    ['steps', { type: 'number', multipleOf: 0.1 }, 0.3, []],
    ['steps', { type: 'number', multipleOf: 0.1 }, 0.35, [': must be a multiple of 0.1']],
    ['open bounds', { exclusiveMinimum: 0, maximum: 1 }, 0, [': must be more than 0']],
    ['open bounds of OpenAPI', { minimum: 0, exclusiveMinimum: true }, 0, [': must be more than 0']],
    ['OpenAPI nullable', { type: 'string', nullable: true }, null, []],
    ['OpenAPI int32', { type: 'integer', format: 'int32' }, 3e9, [': must be 2147483647 or less']],
    ['several types', { type: ['string', 'array'] }, 1, [': must be a string or a list, not a number']],
    ['constants', { const: 'v1' }, 'v2', [': must be "v1"']],
    ['length in characters', { maxLength: 1 }, '🍌', []],
    ['tuples', { prefixItems: [{ type: 'string' }], items: false }, ['a', 1], ['[1]: must not be there']],
    [
      'tuples of draft 7',
      { items: [{ type: 'string' }], additionalItems: { type: 'number' } },
      [1, 'a'],
      ['[0]: must be a string, not a number', '[1]: must be a number, not a string'],
    ],
    ['contains', { contains: { const: 1 } }, [2, 3], [': must have at least 1 fitting item, has 0']],
    ['dependencies', { dependentRequired: { cert: ['key'] } }, { cert: 'x' }, ['key: "key" is needed when "cert" is there']],
    ['not', { not: { const: 'latest' } }, 'latest', [': is a value the schema excludes']],
    // eslint-disable-next-line unicorn/no-thenable -- that is the keyword's name
    ['if then', { if: { properties: { tls: { const: true } } }, then: { required: ['cert'] } }, { tls: true }, ['cert: "cert" is missing']],
    ['unevaluated', { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false }, { a: 1, b: 2 }, ['b: unknown key "b"']],
    ['deprecated', { properties: { rules: { deprecated: true } } }, { rules: 1 }, ['rules: "rules" is deprecated']],
  ])('%s: %j', (_, schema, value, expected) => {
    expect(say(schema, value)).toEqual(expected);
  });

  describe('alternatives', () => {
    const action: JsonObject = {
      oneOf: [
        {
          title: 'deny',
          type: 'object',
          required: ['type', 'status'],
          properties: { type: { const: 'deny' }, status: { type: 'integer' } },
        },
        { title: 'allow', type: 'object', required: ['type'], properties: { type: { const: 'allow' } } },
      ],
    };

    test('the one the discriminator names is explained', () => {
      expect(say(action, { type: 'deny', status: '403' })).toEqual(['status: must be a whole number, not a string']);
    });

    test('the one of the right type is explained', () => {
      const schema = { anyOf: [{ type: 'string' }, { type: 'object', required: ['name'] }] };
      expect(say(schema, {})).toEqual(['name: "name" is missing']);
      expect(say(schema, 1)).toEqual([': must be a string or an object, not a number']);
    });

    test('none or several fit', () => {
      expect(say(action, { type: 'drop' })).toEqual([': fits none of the 2 alternatives: deny or allow']);
      expect(say({ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3)).toEqual([': fits 2 alternatives where only one may fit']);
    });

    test('constants are listed', () => {
      expect(
        say(
          {
            oneOf: [
              { const: 'a', title: 'A' },
              { const: 'b', title: 'B' },
            ],
          },
          'c',
        ),
      ).toEqual([': must be one of "a" or "b"']);
    });
  });

  describe('references', () => {
    const tree: JsonObject = {
      $ref: '#/$defs/node',
      $defs: { node: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/$defs/node' } } } } },
    };

    test('schemas that contain themselves', () => {
      expect(say(tree, { children: [{ children: [1] }] })).toEqual(['children[0].children[0]: must be an object, not a number']);
    });

    test('names and escapes', () => {
      const schema = {
        properties: { a: { $ref: '#name' }, b: { $ref: '#/$defs/x~1y%20z' } },
        $defs: { n: { $anchor: 'name', type: 'string' }, 'x/y z': { type: 'null' } },
      };
      expect(say(schema, { a: 1, b: 2 })).toEqual(['a: must be a string, not a number', 'b: must be null, not a number']);
    });

    test('draft 7 ignores what stands beside a reference, later drafts do not', () => {
      const schema = { $ref: '#/definitions/any', minimum: 5, definitions: { any: {} } };
      expect(say(schema, 1)).toHaveLength(1);
      expect(say({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' }, 1)).toEqual([]);
    });

    test('what cannot be followed is a warning and accepts everything', () => {
      const problems = validateConfig({ $ref: 'https://elsewhere.example/schema.json' }, 1);
      expect(problems.map(({ code, severity }) => [code, severity])).toEqual([['plugins/config-schema-reference', 'warning']]);
      expect(say({ $ref: '#' }, 1)).toEqual([]);
    });
  });

  test('broken schemas are warned of, not thrown at', () => {
    expect(validateConfig({ pattern: '(' }, 'a')[0]?.code).toBe('plugins/config-schema-pattern');
    expect(say({ type: 'text', properties: 1, required: 'a', enum: {}, items: 'x', minimum: '1', oneOf: [1] }, { a: 1 })).toEqual([]);
    expect(say(false, 1)).toEqual([': must not be there']);
    let deep: JsonValue = 1;
    for (let i = 0; i < 5000; i++) deep = [deep];
    expect(validateConfig({ items: { $ref: '#' } }, deep).map(({ code }) => code)).toEqual(['plugins/config-too-deep']);
  });

  test('agrees with another validator on what is legal', () => {
    fc.assert(
      fc.property(arbitrarySchema, arbitraryValue, (schema, value) => {
        const expected = new Validator(structuredClone(schema), '2020-12', false).validate(value).valid;
        expect(hasErrors(validateConfig(schema, value))).toBe(!expected);
      }),
      { numRuns: 3000 },
    );
  });

  test('never throws, whatever the schema', () => {
    const keyword = fc.constantFrom(
      'type',
      'enum',
      'properties',
      'required',
      'items',
      'prefixItems',
      'pattern',
      'anyOf',
      'not',
      '$ref',
      'minimum',
      'patternProperties',
      'if',
      'contains',
    );
    const nonsense = fc.dictionary(keyword, fc.oneof(fc.jsonValue(), fc.dictionary(keyword, fc.jsonValue())));
    fc.assert(
      fc.property(fc.oneof(nonsense, fc.jsonValue()), fc.jsonValue(), (schema, value) => {
        validateConfig(schema as JsonObject, value);
      }),
      { numRuns: 1000 },
    );
  });
});
