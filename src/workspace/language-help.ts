import type { JsonPath } from '#base/json.ts';
import { asObject, formatPath } from '#base/json.ts';
import type { FormField, ObjectField } from '#plugins/schema/form-model.ts';
import { formModel } from '#plugins/schema/build-form.ts';
import type { Resource } from '#istio/resource.ts';
import { documentAt, pathAt } from '#yaml/cursor.ts';
import { nodeAt, rangeAt } from '#yaml/tree.ts';
import { resourceSchema } from './resource-schema.ts';
import type { Workspace } from './workspace.ts';

export interface TextHelp {
  hover(offset: number): { readonly markdown: string; readonly start: number; readonly end: number } | undefined;
  complete(offset: number): readonly TextSuggestion[];
}

export interface TextSuggestion {
  readonly label: string;
  readonly detail: string;
  readonly documentation: string;
  readonly insert: string;
  readonly kind: 'key' | 'value';
}

/** Hover and completion for one file: the fields of the resource under the cursor by its schema, `pluginConfig` by the plugin's. */
export function languageHelp(workspace: Workspace, fileId: string): TextHelp {
  const placeAt = (offset: number): { readonly path: JsonPath; readonly resource: Resource; readonly inner: JsonPath } | undefined => {
    const { streams, resources } = workspace.design.getState();
    const file = workspace.document.getState().document.files.find((item) => item.id === fileId);
    const stream = streams.find((item) => item.file === file?.name);
    const document = stream === undefined ? undefined : documentAt(stream, offset);
    if (document === undefined) return undefined;
    const path = pathAt(document, offset);
    const resource = resources.find(({ origin }) => origin?.document === document && origin.itemPath.every((step, i) => path[i] === step));
    return resource === undefined ? undefined : { path, resource, inner: path.slice(resource.origin?.itemPath.length ?? 0) };
  };
  return {
    hover: (offset) => {
      const place = placeAt(offset);
      const field = place === undefined ? undefined : fieldAt(formModel(resourceSchema(place.resource, workspace.catalogue)), place.inner);
      const range = place?.resource.origin === undefined ? undefined : rangeAt(place.resource.origin.document.root, place.path);
      if (place === undefined || field === undefined || range === undefined || place.inner.length === 0) return undefined;
      return { markdown: describe(field, place.inner), start: range.start, end: range.end };
    },
    complete: (offset) => {
      const place = placeAt(offset);
      if (place === undefined) return [];
      const model = formModel(resourceSchema(place.resource, workspace.catalogue));
      const field = fieldAt(model, place.inner);
      if (field !== undefined && field.kind !== 'object' && field.kind !== 'map') return valuesOf(field);
      const present = nodeAt(place.resource.origin?.document.root, place.path);
      const keys = new Set(present?.kind === 'map' ? present.entries.map((entry) => entry.key) : Object.keys(asObject(undefined)));
      return field?.kind === 'object' ? keysOf(field).filter((item) => !keys.has(item.label)) : [];
    },
  };
}

/** The field at `path`, walking objects, lists, maps and the first fitting choice. */
export function fieldAt(root: FormField, path: JsonPath): FormField | undefined {
  let field: FormField | undefined = root;
  for (const step of path) {
    while (field?.kind === 'deferred') field = field.expand();
    if (field?.kind === 'choice')
      field = field.options.map((option) => option.field).find((option) => option.kind === (typeof step === 'number' ? 'list' : 'object'));
    if (field?.kind === 'object') field = field.properties.find((property) => property.key === step)?.field ?? field.additional;
    else if (field?.kind === 'map') field = field.value;
    else if (field?.kind === 'list') field = typeof step === 'number' ? (field.prefix[step] ?? field.item) : undefined;
    else return undefined;
  }
  return field?.kind === 'deferred' ? field.expand() : field;
}

function keysOf(field: ObjectField): readonly TextSuggestion[] {
  return field.properties.map(({ key, required, field: inner }) => ({
    label: key,
    detail: required ? `${inner.kind}, required` : inner.kind,
    documentation: inner.description ?? '',
    insert: inner.kind === 'object' || inner.kind === 'map' || inner.kind === 'list' ? `${key}:` : `${key}: `,
    kind: 'key',
  }));
}

function valuesOf(field: FormField): readonly TextSuggestion[] {
  const value = (label: string, documentation = ''): TextSuggestion => ({
    label,
    detail: field.title,
    documentation,
    insert: label,
    kind: 'value',
  });
  if (field.kind === 'enum') return field.options.map((option) => value(String(option.value), option.description));
  if (field.kind === 'boolean') return [value('true'), value('false')];
  return [...(field.default === undefined ? [] : [field.default]), ...field.examples]
    .filter((item) => typeof item === 'string' || typeof item === 'number')
    .map((item) => value(String(item)));
}

function describe(field: FormField, path: JsonPath): string {
  const facts = [
    field.default === undefined ? undefined : `Default: \`${JSON.stringify(field.default)}\``,
    field.kind === 'enum' ? `One of ${field.options.map((option) => `\`${String(option.value)}\``).join(', ')}` : undefined,
    field.kind === 'text' && field.pattern !== undefined ? `Pattern: \`${field.pattern}\`` : undefined,
    field.deprecated ? 'Deprecated' : undefined,
  ].filter((fact) => fact !== undefined);
  return [`**${formatPath(path)}** · ${field.title}`, field.description ?? '', ...facts].filter((line) => line !== '').join('\n\n');
}
