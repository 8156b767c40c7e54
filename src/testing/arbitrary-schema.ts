import fc from 'fast-check';
import type { JsonObject, JsonValue } from '#base/json.ts';

const keys = ['a', 'b', 'c'];
const texts = ['', 'a', 'ab', '/x', '🍌'];
const numbers = [-1, 0, 0.5, 1, 2, 10];

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(fc.constantFrom(...texts), fc.constantFrom(...numbers), fc.boolean(), fc.constant(null));

/** Small JSON data from the same few keys and scalars as `arbitrarySchema`, so that they often meet. */
export const arbitraryValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const optional = <T>(record: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<JsonObject> =>
  fc.record(record, { requiredKeys: [], noNullPrototype: true }) as unknown as fc.Arbitrary<JsonObject>;

const annotations = optional({ title: fc.constantFrom('Title', 'Other'), description: fc.constant('Words.'), deprecated: fc.boolean() });
const size = fc.nat({ max: 3 });

interface Tied {
  schema: JsonObject;
}

/** Schemas of the kinds plugin configurations use, references included; never broken ones. */
export const arbitrarySchema: fc.Arbitrary<JsonObject> = fc
  .letrec<Tied>((tie) => {
    const sub = tie('schema');
    const text = optional({ minLength: size, maxLength: size, pattern: fc.constantFrom('^/', 'a', '^(a|b)*$') });
    const number = optional({
      minimum: fc.constantFrom(...numbers),
      maximum: fc.constantFrom(...numbers),
      exclusiveMinimum: fc.constantFrom(...numbers),
      multipleOf: fc.constantFrom(0.5, 1, 2),
    });
    const list = optional({
      items: sub,
      prefixItems: fc.array(sub, { minLength: 1, maxLength: 2 }),
      minItems: size,
      maxItems: size,
      uniqueItems: fc.boolean(),
      contains: sub,
    });
    const object = optional({
      properties: fc.dictionary(fc.constantFrom(...keys), sub, { noNullPrototype: true }),
      required: fc.uniqueArray(fc.constantFrom(...keys)),
      additionalProperties: fc.oneof(fc.boolean(), sub),
      patternProperties: fc.dictionary(fc.constantFrom('^a', 'b|c'), sub, { maxKeys: 1, noNullPrototype: true }),
      minProperties: size,
      maxProperties: size,
      dependentRequired: fc.constant({ a: ['b'] }),
    });
    const combined = optional({
      anyOf: fc.array(sub, { minLength: 1, maxLength: 3 }),
      oneOf: fc.array(sub, { minLength: 1, maxLength: 3 }),
      allOf: fc.array(sub, { minLength: 1, maxLength: 2 }),
      not: sub,
      if: sub,
      // eslint-disable-next-line unicorn/no-thenable -- that is the keyword's name
      then: sub,
      else: sub,
    });
    const constant = fc.oneof(
      scalar.map((value) => ({ const: value })),
      fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }).map((values) => ({ enum: values })),
    );
    const typed = (type: string, rest: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
      rest.map((keywords) => ({ type, ...keywords }));
    const kinds = fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      typed('string', text),
      typed('number', number),
      typed('integer', number),
      fc.constant({ type: 'boolean' }),
      constant,
      fc.constant({ type: ['string', 'null'] }),
      typed('array', list),
      typed('object', object),
      object,
      combined,
      typed(
        'object',
        fc.tuple(object, combined).map(([a, b]) => Object.assign({}, a, b)),
      ),
      fc.constant({ $ref: '#/$defs/shared' }),
    );
    return { schema: fc.tuple(kinds, annotations).map(([kind, words]) => Object.assign({}, words, kind)) };
  })
  .schema.chain((schema) =>
    fc
      .constantFrom<JsonObject>({ type: 'string', minLength: 1 }, { type: 'object', required: ['a'] })
      .map((shared) => Object.assign({}, schema, { $defs: { shared } })),
  );
