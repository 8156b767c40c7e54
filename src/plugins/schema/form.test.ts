import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertUnreachable } from '#base/assert.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { arbitrarySchema, arbitraryValue } from '#testing/arbitrary-schema.ts';
import { formModel } from './build-form.ts';
import { chosenOption } from './choose.ts';
import { defaultsOf, emptyValue } from './defaults.ts';
import type { FormField } from './form-model.ts';
import { inferSchema } from './infer-schema.ts';
import { schemaAt } from './references.ts';
import { validateConfig } from './validate.ts';

/** A form as one text: what a user would see, without the details. */
function draw(field: FormField): string {
  switch (field.kind) {
    case 'object':
      return `{${[...field.properties.map(({ key, required, field: inner }) => `${key}${required ? '!' : ''}: ${draw(inner)}`), ...(field.additional === undefined ? [] : [`*: ${draw(field.additional)}`])].join(', ')}}`;
    case 'list':
      return `[${[...field.prefix.map(draw), ...(field.item === undefined ? [] : [`${draw(field.item)}…`])].join(', ')}]`;
    case 'map':
      return `map of ${draw(field.value)}`;
    case 'choice':
      return field.options.map((option) => `${option.title}: ${draw(option.field)}`).join(' | ');
    case 'enum':
      return field.options.map(({ label }) => label).join('/');
    case 'number':
      return field.integer ? 'integer' : 'number';
    case 'const':
      return JSON.stringify(field.value);
    case 'text':
    case 'boolean':
    case 'deferred':
    case 'raw':
    case 'message':
    case 'typed':
      return field.kind;
    default:
      return assertUnreachable(field);
  }
}

const form = (schema: JsonObject): string => draw(formModel(schema));

describe('formModel', () => {
  test.each<[string, JsonObject, string]>([
    [
      'scalars',
      { properties: { a: { type: 'string' }, b: { type: 'number' }, c: { type: 'boolean' }, d: { enum: ['x', 1] } }, required: ['a'] },
      '{a!: text, b: number, c: boolean, d: x/1}',
    ],
    ['lists', { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } }, '[{name: text}…]'],
    ['tuples', { prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false }, '[text, integer]'],
    ['free maps', { type: 'object', additionalProperties: { type: 'string' } }, 'map of text'],
    ['maps by pattern', { type: 'object', patternProperties: { '^x-': { type: 'string' } } }, 'map of text'],
    ['named and free keys', { properties: { a: { type: 'string' } }, additionalProperties: { type: 'number' } }, '{a: text, *: number}'],
    ['objects that say nothing', { type: 'object' }, 'map of raw'],
    ['nullable by anyOf', { anyOf: [{ type: 'string' }, { type: 'null' }] }, 'text'],
    ['several types', { type: ['string', 'array'], items: { type: 'string' } }, 'Text: text | List: [text…]'],
    [
      'enumerations with titles',
      {
        oneOf: [
          { const: 1, title: 'one' },
          { const: 2, title: 'two' },
        ],
      },
      'one/two',
    ],
    [
      'allOf',
      { allOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }, { properties: { b: { type: 'number' } } }] },
      '{a!: text, b: number}',
    ],
    [
      'one of these keys is required',
      { properties: { a: { type: 'string' }, b: { type: 'string' } }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
      '{a: text, b: text}',
    ],
    [
      'keys beside oneOf',
      {
        properties: { name: { type: 'string' } },
        required: ['name'],
        oneOf: [
          { title: 'A', properties: { a: {} } },
          { title: 'B', properties: { b: {} } },
        ],
      },
      'A: {name!: text, a: raw} | B: {name!: text, b: raw}',
    ],
    ['references', { properties: { a: { $ref: '#/definitions/t', title: 'Own' } }, definitions: { t: { type: 'string' } } }, '{a: text}'],
    ['references to elsewhere', { properties: { a: { $ref: 'https://x.example/' } } }, '{a: raw}'],
    ['schemas that contain themselves', { properties: { kids: { type: 'array', items: { $ref: '#' } } } }, '{kids: [deferred…]}'],
    ['nothing at all', {}, 'raw'],
  ])('%s', (_, schema, expected) => {
    expect(form(schema)).toBe(expected);
  });

  test('titles, words and bounds come along', () => {
    const field = formModel({
      properties: {
        maxRetries: { type: 'integer', minimum: 0, exclusiveMaximum: 10, default: 3, description: 'How often.' },
        token: { type: 'string', writeOnly: true, examples: ['abc'], minLength: 3 },
        rules: { type: 'string', contentMediaType: 'text/plain', deprecated: true, nullable: true },
      },
    });
    const fields = field.kind === 'object' ? field.properties.map((property) => property.field) : [];
    expect(fields).toMatchObject([
      {
        kind: 'number',
        title: 'Max retries',
        description: 'How often.',
        default: 3,
        minimum: 0,
        exclusiveMaximum: 10,
        schemaPointer: '/properties/maxRetries',
      },
      { kind: 'text', secret: true, examples: ['abc'], minLength: 3 },
      { kind: 'text', multiline: true, deprecated: true, nullable: true },
    ]);
  });

  test('a deferred field opens one level at a time', () => {
    const field = formModel({ title: 'Node', properties: { next: { $ref: '#' } } });
    const next = field.kind === 'object' ? field.properties[0]?.field : undefined;
    expect(next?.kind === 'deferred' && draw(next.expand())).toBe('{next: deferred}');
  });

  test('every field stands for a place of the schema', () => {
    const pointers = (field: FormField): readonly string[] => {
      const inner =
        field.kind === 'object'
          ? [...field.properties.map((property) => property.field), field.additional]
          : field.kind === 'list'
            ? [...field.prefix, field.item]
            : field.kind === 'map'
              ? [field.value]
              : field.kind === 'choice'
                ? field.options.map((option) => option.field)
                : [];
      return [field.schemaPointer, ...inner.flatMap((one) => (one === undefined ? [] : pointers(one)))];
    };
    fc.assert(
      fc.property(arbitrarySchema, (schema) => {
        expect(pointers(formModel(schema)).filter((pointer) => schemaAt(schema, pointer) === undefined)).toEqual([]);
      }),
    );
  });
});

describe('chosenOption', () => {
  const choose = (schema: JsonObject, value: JsonValue): number | undefined => {
    const field = formModel(schema);
    return field.kind === 'choice' ? chosenOption(field, value) : undefined;
  };
  const kinds = {
    oneOf: ['a', 'b'].map((kind) => ({ type: 'object', properties: { kind: { const: kind }, [kind]: { type: 'string' } } })),
  };

  test('by discriminator, even when the rest does not fit', () => {
    const field = formModel(kinds);
    expect(field.kind === 'choice' && field.discriminator).toBe('kind');
    expect(choose(kinds, { kind: 'b', a: 'x' })).toBe(1);
  });

  test('by type and by keys', () => {
    expect(choose({ type: ['string', 'array'] }, [])).toBe(1);
    expect(
      choose(
        {
          anyOf: [
            { properties: { a: { type: 'string' } }, required: ['a'] },
            { properties: { b: { type: 'string' } }, required: ['b'] },
          ],
        },
        { b: 'x' },
      ),
    ).toBe(1);
    expect(choose({ type: ['string', 'array'] }, 1)).toBeUndefined();
  });
});

describe('defaults', () => {
  test('required keys only, with their defaults', () => {
    const schema: JsonObject = {
      type: 'object',
      required: ['pattern', 'count', 'mode', 'users', 'nested'],
      properties: {
        pattern: { type: 'string', minLength: 1, examples: ['banana/([0-9]*)'] },
        count: { type: 'integer', exclusiveMinimum: 2, multipleOf: 2 },
        mode: { enum: ['a', 'b'], default: 'b' },
        users: { type: 'array', minItems: 1, items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
        nested: { $ref: '#/$defs/nested' },
        optional: { type: 'string', default: 'x' },
      },
      $defs: { nested: { type: 'object', required: ['on'], properties: { on: { type: 'boolean', default: true } } } },
    };
    const value = defaultsOf(schema);
    expect(value).toEqual({ pattern: 'banana/([0-9]*)', count: 4, mode: 'b', users: [{ name: '' }], nested: { on: true } });
    expect(validateConfig(schema, value)).toEqual([]);
  });

  test.each<[JsonObject, number]>([
    [{}, 0],
    [{ minimum: 3.5 }, 4],
    [{ maximum: -3.5 }, -4],
    [{ exclusiveMaximum: 0 }, -1],
    [{ exclusiveMinimum: 0, exclusiveMaximum: 2 }, 1],
    [{ minimum: 10, multipleOf: 4 }, 12],
  ])('the whole number for %j', (bounds, expected) => {
    expect(defaultsOf({ type: 'integer', ...bounds })).toBe(expected);
  });

  test('a new value has the kind its field asks for', () => {
    const simple = fc.constantFrom<JsonObject>(
      { type: 'string' },
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'boolean' },
      { enum: ['x', 'y'] },
      { const: 5 },
      { type: 'object', additionalProperties: { type: 'string' } },
    );
    const schema = fc.letrec<{ schema: JsonObject }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        simple,
        tie('schema').map((items) => ({ type: 'array', items, minItems: 2 })),
        fc.tuple(tie('schema'), tie('schema')).map(([a, b]) => ({ type: 'object', required: ['a'], properties: { a, b } })),
        fc.tuple(tie('schema'), tie('schema')).map(([a, b]) => ({ anyOf: [a, b] })),
      ),
    })).schema;
    fc.assert(
      fc.property(schema, (one) => {
        expect(validateConfig(one, emptyValue(formModel(one)))).toEqual([]);
      }),
    );
  });
});

describe('inferSchema', () => {
  test('fields for what is there', () => {
    const value = { name: 'x', ports: [1, 2], rules: [{ a: 1 }, { b: 'two\nlines' }], mixed: [1, 'a'], nothing: null };
    expect(form(inferSchema(value))).toBe(
      '{name: text, ports: [number…], rules: [{a: number, b: text}…], mixed: [Number: number | Text: text…], nothing: raw}',
    );
  });

  test('refuses nothing it was made from', () => {
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        expect(validateConfig(inferSchema(value), value)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
