import { asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { compareText } from '../resource-order.ts';
import { strings } from '../collections.ts';

export interface HeaderOperations {
  /** `requestHeadersToAdd` and so on, those that are not empty. */
  readonly fields: JsonObject;
  /** A new `:authority`, which is not a header operation. */
  readonly authority: string;
}

/** `Headers` of a route or destination (istio/istio `pilot/pkg/networking/core/route/route.go TranslateHeadersOperations`). */
export function headerOperations(headers: JsonValue | undefined): HeaderOperations {
  if (!isObject(headers)) return { fields: {}, authority: '' };
  const request = asObject(headers['request']);
  const response = asObject(headers['response']);
  const authority = authorityIn(request['set']) || authorityIn(request['add']);
  return {
    authority,
    fields: message({
      requestHeadersToAdd: unlessDefault([...additions(request['set'], 'OVERWRITE_IF_EXISTS_OR_ADD'), ...additions(request['add'])]),
      requestHeadersToRemove: unlessDefault(removals(request['remove'])),
      responseHeadersToAdd: unlessDefault([...additions(response['set'], 'OVERWRITE_IF_EXISTS_OR_ADD'), ...additions(response['add'])]),
      responseHeadersToRemove: unlessDefault(removals(response['remove'])),
    }),
  };
}

/** Envoy does not let these be changed as headers. */
function isInternal(name: string): boolean {
  return name.startsWith(':') || name.toLowerCase() === 'host';
}

function authorityIn(values: JsonValue | undefined): string {
  let found = '';
  for (const [name, value] of Object.entries(asObject(values))) {
    if (name.toLowerCase() === ':authority' || name.toLowerCase() === 'host') found = asString(value) ?? '';
  }
  return found;
}

/** By name; appending is Envoy's default action. */
function additions(values: JsonValue | undefined, appendAction?: string): readonly JsonObject[] {
  return Object.entries(asObject(values))
    .filter(([name]) => !isInternal(name))
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, value]) => message({ header: message({ key, value: unlessDefault(asString(value)) }), appendAction }));
}

function removals(names: JsonValue | undefined): readonly string[] {
  return strings(names).filter((name) => !isInternal(name));
}
