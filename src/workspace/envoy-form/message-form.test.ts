import { describe, expect, test } from 'vitest';
import type { FormField, MessageField } from '#plugins/schema/form-model.ts';
import { emptyValue } from '#plugins/schema/defaults.ts';
import { envoyTypesWithDocs } from '#testing/envoy-types.ts';
import { messageForm } from './message-form.ts';

const types = await envoyTypesWithDocs();
const filters = 'envoy.extensions.filters.http';

function message(name: string): MessageField {
  const form = messageForm(types, name);
  if (form.kind !== 'message') throw new Error(`${name} is a ${form.kind}`);
  return form;
}

function field(name: string, key: string): FormField {
  const found = message(name)
    .parts()
    .find(({ keys }) => keys.includes(key));
  if (found === undefined) throw new Error(`${name} has no ${key}`);
  return found.field;
}

describe('the control of a field follows its type', () => {
  test.each<[field: string, message: string, kind: FormField['kind']]>([
    ['max_request_bytes', `${filters}.buffer.v3.Buffer`, 'number'],
    ['providers', `${filters}.jwt_authn.v3.JwtAuthentication`, 'map'],
    ['rules', `${filters}.jwt_authn.v3.JwtAuthentication`, 'list'],
    ['bypass_cors_preflight', `${filters}.jwt_authn.v3.JwtAuthentication`, 'boolean'],
    ['fixed_delay', 'envoy.extensions.filters.common.fault.v3.FaultDelay', 'text'],
    ['action', 'envoy.config.rbac.v3.RBAC', 'enum'],
    ['typed_config', 'envoy.config.core.v3.TypedExtensionConfig', 'typed'],
    ['value', `${filters}.set_metadata.v3.Metadata`, 'raw'],
    ['default_source_code', `${filters}.lua.v3.Lua`, 'message'],
  ])('%s of %s', (key, name, kind) => expect(field(name, key).kind).toBe(kind));
});

test('both spellings of a name mean the field, and Envoy’s is written', () => {
  const part = message('envoy.config.core.v3.DataSource')
    .parts()
    .find(({ keys }) => keys.includes('inlineString'));
  expect(part?.keys).toEqual(['inline_string', 'inlineString']);
  expect(part?.group).toBe('specifier');
  expect(part?.field).toMatchObject({ kind: 'text', multiline: true });
});

test('hints are the first words of the comment, the rest is kept', () => {
  const issuer = message(`${filters}.jwt_authn.v3.JwtProvider`)
    .parts()
    .find(({ keys }) => keys[0] === 'issuer');
  expect(issuer?.field.description).toMatch(/^Specify the principal .* email address\.$/);
  expect(issuer?.documentation).toContain('It is optional');
});

test('messages that contain themselves open level by level', () => {
  const permission = field('envoy.config.rbac.v3.Permission', 'not_rule');
  expect(permission.kind).toBe('message');
  expect(emptyValue(permission)).toEqual({});
});

test('the form of an Any is that of the message it names', () => {
  const any = field('envoy.config.core.v3.TypedExtensionConfig', 'typed_config');
  if (any.kind !== 'typed') throw new Error(any.kind);
  expect(any.formOf(`${filters}.buffer.v3.Buffer`)).toMatchObject({ field: { kind: 'message' }, inValue: false });
  expect(any.formOf('google.protobuf.StringValue')).toMatchObject({ field: { kind: 'text' }, inValue: true });
  expect(any.formOf('nobody.Knows')).toBeUndefined();
  expect(any.types()).toContain('envoy.extensions.compression.gzip.compressor.v3.Gzip');
  expect(any.types()).not.toContain(`${filters}.jwt_authn.v3.JwtRequirement.Nested`);
});

test('every message of Envoy has a form', () => {
  for (const name of types.names()) {
    const form = messageForm(types, name);
    if (form.kind === 'message') expect(form.parts().length, name).toBe(types.describe(name)?.fields.length);
  }
});
