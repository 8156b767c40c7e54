import { asArray, asObject, asString, isArray, isObject, type JsonObject, type JsonPath, type JsonValue } from '#base/json.ts';
import { messageName } from '#envoy/listener.ts';
import { replaceFix, type ValidationContext } from '../context.ts';
import { builtinTypes } from './builtin-types.ts';
import { fieldOf, patchTexts, type PatchText } from './patches.ts';

const ROUTER = 'envoy.filters.http.router';
const ordered: ReadonlySet<string> = new Set(['HTTP_FILTER', 'NETWORK_FILTER', 'LISTENER_FILTER', 'HTTP_ROUTE']);
const filterKinds: ReadonlySet<string> = new Set(['HTTP_FILTER', 'NETWORK_FILTER', 'LISTENER_FILTER']);

/** What the operation of a patch really does. */
export function adviseOperations(context: ValidationContext): void {
  for (const patch of patchTexts(context)) {
    const at = [...patch.path, 'patch', 'operation'];
    if (patch.applyTo === 'BOOTSTRAP') context.report('istio/bootstrap', patch.resource, [...patch.path, 'applyTo']);
    if (patch.operation.startsWith('INSERT_') && patch.applyTo !== '' && !ordered.has(patch.applyTo)) {
      context.report('istio/insert-is-add', patch.resource, at, { applyTo: patch.applyTo, operation: patch.operation });
    }
    if (filterKinds.has(patch.applyTo)) advisePosition(context, patch, at);
    if (isUseless(patch))
      context.report('istio/operation-useless', patch.resource, at, { applyTo: patch.applyTo, operation: patch.operation });
    if (patch.operation.startsWith('MERGE')) adviseMerge(context, patch);
    adviseAdd(context, patch);
  }
}

/** Operations that istiod passes over for a kind (istio/istio pilot/pkg/networking/core/envoyfilter). */
function isUseless({ applyTo, operation }: PatchText): boolean {
  if (operation === 'REPLACE') return ['LISTENER', 'FILTER_CHAIN', 'ROUTE_CONFIGURATION', 'HTTP_ROUTE', 'CLUSTER'].includes(applyTo);
  if (operation === 'REMOVE' || operation === 'ADD') return applyTo === 'ROUTE_CONFIGURATION';
  return operation === 'MERGE_AND_REPLACE_LIST' && filterKinds.has(applyTo);
}

/** What a patch must name to be relative to something. */
function anchorOf(patch: PatchText): readonly [what: string, named: boolean] {
  if (patch.applyTo === 'HTTP_FILTER') return ['a subFilter', patch.subFilter !== undefined];
  if (patch.applyTo === 'NETWORK_FILTER') return ['a filter', patch.filter !== undefined];
  return ['listenerFilter', patch.listener?.['listenerFilter'] !== undefined];
}

function advisePosition(context: ValidationContext, patch: PatchText, at: JsonPath): void {
  const { resource, operation, applyTo } = patch;
  const [what, named] = anchorOf(patch);
  const behindRouter = operation === 'ADD' || (operation === 'INSERT_AFTER' && (!named || patch.subFilter === ROUTER));
  if (applyTo === 'HTTP_FILTER' && behindRouter && asString(patch.value?.['name']) !== ROUTER) {
    const fix = named && patch.subFilter === ROUTER ? replaceFix(resource, at, 'INSERT_BEFORE', 'Use INSERT_BEFORE') : undefined;
    return context.report('istio/filter-behind-router', resource, at, { operation }, [fix]);
  }
  if (named) return;
  if (operation === 'INSERT_BEFORE')
    context.report('istio/insert-at-front', resource, at, { what }, [replaceFix(resource, at, 'INSERT_FIRST', 'Use INSERT_FIRST')]);
  if (operation === 'REPLACE' || operation === 'REMOVE' || (operation === 'MERGE' && applyTo === 'LISTENER_FILTER')) {
    context.report('istio/operation-needs-filter', resource, at, { what, operation });
  }
}

function adviseMerge(context: ValidationContext, patch: PatchText): void {
  const { resource, applyTo, value } = patch;
  const at = [...patch.path, 'patch', 'operation'];
  if (value === undefined) return;
  if (applyTo === 'LISTENER_FILTER')
    return context.report('istio/merge-listener-filter', resource, at, {}, [replaceFix(resource, at, 'REPLACE', 'Use REPLACE')]);
  const valuePath = [...patch.path, 'patch', 'value'];
  if (applyTo === 'HTTP_FILTER' || applyTo === 'NETWORK_FILTER') adviseTypedMerge(context, patch, value, at);
  adviseZeros(context, patch, value, valuePath);
  const match = asObject(fieldOf(value, 'filterChainMatch'));
  if (patch.operation === 'MERGE_AND_REPLACE_LIST' && applyTo === 'FILTER_CHAIN' && fieldOf(match, 'applicationProtocols') !== undefined) {
    context.report('istio/replace-list-alpn', resource, at);
  }
  const list = Object.entries(value).find(([, item]) => isArray(item));
  if (patch.operation === 'MERGE' && list !== undefined && !filterKinds.has(applyTo))
    context.report('istio/merge-appends', resource, [...valuePath, list[0]], { field: list[0] });
}

function adviseTypedMerge(context: ValidationContext, patch: PatchText, value: JsonObject, at: JsonPath): void {
  const [what, named] = anchorOf(patch);
  if (!named) return context.report('istio/merge-all', patch.resource, at, { what });
  const filter = patch.applyTo === 'HTTP_FILTER' ? patch.subFilter : asString(patch.filter?.['name']);
  const type = asString(asObject(fieldOf(value, 'typedConfig'))['@type']);
  const known = filter === undefined ? undefined : builtinTypes.get(filter);
  if (filter === undefined || type === undefined || known === undefined || known.includes(messageName(type))) return;
  context.report('istio/merge-type', patch.resource, [...patch.path, 'patch', 'value'], { filter, type: messageName(type) });
}

/** Fields with a zero value inside a merge: nothing happens to them. */
function adviseZeros(context: ValidationContext, patch: PatchText, value: JsonValue, path: JsonPath): void {
  if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const isZero = item === false || item === 0 || item === '';
      if (isZero && key !== 'name')
        context.report('istio/merge-zero', patch.resource, [...path, key], {
          field: key,
          value: item === '' ? 'an empty text' : String(item),
        });
      else if (item !== undefined && !isStructured(value, key)) adviseZeros(context, patch, item, [...path, key]);
    }
  }
}

/** Lists are appended and Structs replaced by key; zeros inside them count. */
function isStructured(value: JsonObject, key: string): boolean {
  const type = asString(value['@type']) ?? '';
  return (
    isArray(value[key]) || key === 'filter_metadata' || key === 'filterMetadata' || type.endsWith('TypedStruct') || type.endsWith('Struct')
  );
}

function adviseAdd(context: ValidationContext, patch: PatchText): void {
  const { resource, applyTo, operation, value } = patch;
  if (operation !== 'ADD') return;
  const at = [...patch.path, 'patch', 'operation'];
  if (applyTo === 'FILTER_CHAIN' && value !== undefined) {
    if (asArray(value['filters']).length === 0) context.report('istio/chain-without-filters', resource, [...patch.path, 'patch', 'value']);
    else context.report('istio/chain-added', resource, at);
  }
  const what = applyTo === 'LISTENER' ? 'listener' : 'cluster';
  if ((applyTo === 'LISTENER' || applyTo === 'CLUSTER') && patch.context === 'ANY')
    context.report('istio/listener-any', resource, at, { what });
}
