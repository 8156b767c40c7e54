import { describe, expect, test } from 'vitest';

interface GoSource {
  readonly rawDescriptor: (source: string) => Uint8Array | undefined;
  readonly goComments: (source: string) => {
    structs: ReadonlyMap<string, { comment: string; fields: ReadonlyMap<string, string> }>;
    enums: ReadonlyMap<string, { comment: string; values: ReadonlyMap<number, string> }>;
  };
  readonly goCamelCase: (name: string) => string;
}

const { rawDescriptor, goComments, goCamelCase } = (await import(new URL('go-source.mjs', import.meta.url).href)) as GoSource;
const { plainText } = (await import(new URL('plain-text.mjs', import.meta.url).href)) as {
  readonly plainText: (comment: string) => string;
};

describe('what protoc-gen-go writes', () => {
  test('a descriptor as a string, with every kind of escape', () => {
    const source = String.raw`const file_a_proto_rawDesc = "" +
	"\n" +
	"\aa\"\\\x00\xffň\u0085b"

var other = 1
`;
    expect([...(rawDescriptor(source) ?? [])]).toEqual([10, 7, 97, 34, 92, 0, 255, 0xc5, 0x88, 0xc2, 0x85, 98]);
  });

  test('a descriptor as a list of bytes', () => {
    expect([...(rawDescriptor('var file_a_proto_rawDesc = []byte{\n\t0x0a, 0xff,\n}\n') ?? [])]).toEqual([10, 255]);
  });

  test('no descriptor', () => {
    expect(rawDescriptor('package a\n')).toBeUndefined();
  });

  test('comments of messages, fields, oneof members and enum values', () => {
    const { structs, enums } = goComments(`// What A is.
//
// Deprecated: Marked as deprecated in a.proto.
type A struct {
	state protoimpl.MessageState
	// The name.
	// Second line.
	Name string \`protobuf:"bytes,1,opt,name=name,proto3" json:"name,omitempty"\`
	Plain int32 \`protobuf:"varint,2,opt,name=plain,proto3"\`
}

type A_Member struct {
	// One of two.
	Member bool \`protobuf:"varint,3,opt,name=member,proto3,oneof"\`
}

// Colours.
type Colour int32

const (
	// The first.
	Colour_RED Colour = 0
	Colour_BLUE Colour = 1
)
`);
    expect(structs.get('A')?.comment).toBe('What A is.');
    expect([...(structs.get('A')?.fields ?? [])]).toEqual([
      ['name', 'The name.\nSecond line.'],
      ['plain', ''],
    ]);
    expect(structs.get('A_Member')?.fields.get('member')).toBe('One of two.');
    expect(enums.get('Colour')?.comment).toBe('Colours.');
    expect([...(enums.get('Colour')?.values ?? [])]).toEqual([
      [0, 'The first.'],
      [1, ''],
    ]);
  });

  test.each([
    ['max_request_bytes', 'MaxRequestBytes'],
    ['_private', 'XPrivate'],
    ['http2_settings', 'Http2Settings'],
    ['a_1', 'A_1'],
    ['RBAC', 'RBAC'],
  ])('the Go name of %s is %s', (name, goName) => {
    expect(goCamelCase(name)).toBe(goName);
  });
});

test.each([
  ['See :ref:`the field <envoy_v3_api_field_x>` and :ref:`here`.', 'See the field and `here`.'],
  ['``literal`` and `a link <https://example.com>`_', '`literal` and a link (https://example.com)'],
  ['.. note::\n\n  Mind this.', 'Note: Mind this.'],
  ['[#next-free-field: 12]\nText [#not-implemented-hide:]', 'Text (Not implemented.)'],
])('%j in plain text', (comment, plain) => {
  expect(plainText(comment)).toBe(plain);
});
