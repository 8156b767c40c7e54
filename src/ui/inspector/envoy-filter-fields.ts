import type { JsonObject, JsonPath } from '#base/json.ts';
import { formModel } from '#plugins/schema/build-form.ts';
import type { PatchForm } from '#workspace/envoy-form/patch-form.ts';
import type { Messages } from '../messages/en.ts';
import type { FormSection } from './resource-fields.ts';

type Fields = FormSection['fields'];

const field = (path: JsonPath, schema: JsonObject, required = false): Fields[number] => ({ path, field: formModel(schema), required });

const appliesTo = [
  'HTTP_FILTER',
  'NETWORK_FILTER',
  'LISTENER',
  'FILTER_CHAIN',
  'LISTENER_FILTER',
  'ROUTE_CONFIGURATION',
  'VIRTUAL_HOST',
  'HTTP_ROUTE',
  'CLUSTER',
  'EXTENSION_CONFIG',
  'BOOTSTRAP',
];
const contexts = ['ANY', 'SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY'];
const operations = ['MERGE', 'ADD', 'REMOVE', 'INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST', 'REPLACE'];

/** What a patch is applied to (istio/api networking/v1alpha3/envoy_filter.proto). */
export function patchFields({ path, applyTo }: PatchForm, { inspector: { fields } }: Messages): Fields {
  const listener: JsonPath = [...path, 'match', 'listener'];
  const manager: JsonPath = [...listener, 'filterChain', 'filter'];
  return [
    field([...path, 'applyTo'], { title: fields.applyTo, enum: appliesTo }, true),
    field([...path, 'match', 'context'], { title: fields.context, enum: contexts, default: 'ANY' }),
    field([...path, 'patch', 'operation'], { title: fields.operation, enum: operations }, true),
    ...(applyTo === 'HTTP_FILTER' || applyTo === 'NETWORK_FILTER'
      ? [field([...manager, 'name'], { title: fields.anchorManager, type: 'string' })]
      : []),
    ...(applyTo === 'HTTP_FILTER' ? [field([...manager, 'subFilter', 'name'], { title: fields.anchor, type: 'string' })] : []),
    field([...listener, 'portNumber'], { title: fields.listenerPort, type: 'integer', minimum: 1, maximum: 65535 }),
  ];
}

/** Which workloads an EnvoyFilter means, and when it is applied. */
export function envoyFilterFields({ inspector: { fields } }: Messages): Fields {
  return [
    field(['spec', 'workloadSelector', 'labels'], {
      title: fields.labels,
      description: fields.labelsHint,
      type: 'object',
      additionalProperties: { type: 'string', maxLength: 63 },
    }),
    field(['spec', 'priority'], { title: fields.envoyFilterPriority, description: fields.envoyFilterPriorityHint, type: 'integer' }),
  ];
}
