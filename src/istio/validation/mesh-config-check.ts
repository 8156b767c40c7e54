import { asObject, asString, isArray, isObject, type JsonPath, type JsonValue } from '#base/json.ts';
import { parseYaml } from '#yaml/parse.ts';
import { entryAt } from '#yaml/tree.ts';
import { decodeSpec } from '../api/decode.ts';
import { fieldsOf } from '../api/messages.ts';
import type { Resource } from '../resource.ts';
import { nearest, type ValidationContext } from './context.ts';

const message = 'istio.mesh.v1alpha1.MeshConfig';
const at: JsonPath = ['data', 'mesh'];

/**
 * The mesh configuration inside the ConfigMap `istio` (or of a revision): istiod ignores unknown fields, and takes none of it when it
 * cannot read a value (istio/istio pkg/config/mesh/mesh.go ApplyMeshConfig). Lines are those of the text inside.
 */
export function checkMeshConfig(context: ValidationContext): void {
  for (const resource of context.of('', 'ConfigMap')) {
    const text = asString(asObject(resource.raw['data'])['mesh']);
    if (text !== undefined && /^istio(?:-|$)/.test(resource.name)) checkText(context, resource, text);
  }
}

function checkText(context: ValidationContext, resource: Resource, text: string): void {
  const stream = parseYaml(text, 'mesh');
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  const broken = stream.diagnostics.find(({ severity }) => severity === 'error');
  if (broken !== undefined)
    return context.report('istio/mesh-config-syntax', resource, at, { text: broken.message, line: lineOf(broken.at?.range.start ?? 0) });
  const document = stream.documents[0];
  const value = document?.value;
  if (value === undefined || value === null) return;
  const minor = context.minor.minor;
  const { error } = decodeSpec(message, value, minor);
  if (error !== undefined) context.report('istio/mesh-config-unreadable', resource, at, { text: error });
  for (const { path, near } of unknownFields(value, message, minor, [])) {
    const line = lineOf(entryAt(document?.root, path)?.keyRange.start ?? 0);
    const suggestion = near === undefined ? '' : `; ${near} is meant?`;
    context.report('istio/mesh-config-unknown-field', resource, at, { field: path.join('.'), line, suggestion });
  }
}

interface UnknownField {
  readonly path: JsonPath;
  readonly near: string | undefined;
}

function unknownFields(value: JsonValue, of: string, minor: number, path: JsonPath): readonly UnknownField[] {
  const fields = fieldsOf(of, minor);
  // Messages whose JSON is not an object of fields, such as Struct and Duration, have none here.
  if (!isObject(value) || fields.length === 0) return [];
  return Object.entries(value).flatMap(([key, inner]): readonly UnknownField[] => {
    const field = fields.find((one) => one.name === key || (one.json ?? one.name) === key);
    const here = [...path, key];
    if (field === undefined)
      return [
        {
          path: here,
          near: nearest(
            key,
            fields.map((one) => one.json ?? one.name),
          ),
        },
      ];
    if (field.type !== 'message' || field.ref === undefined || inner === undefined || field.ref.startsWith('google.')) return [];
    const { ref } = field;
    if (isArray(inner)) return inner.flatMap((item, index) => unknownFields(item, ref, minor, [...here, index]));
    if (field.map === undefined) return unknownFields(inner, ref, minor, here);
    return Object.entries(asObject(inner)).flatMap(([name, item]) => unknownFields(item ?? null, ref, minor, [...here, name]));
  });
}
