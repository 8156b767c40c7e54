import type { JsonObject } from '#base/json.ts';
import type { TrafficDirection } from '#envoy/listener.ts';
import { HTTP_WASM_TYPE, NETWORK_WASM_TYPE } from '#envoy/listener.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import type { PlacementPlan } from '#istio/placement/plan-placement.ts';
import type { Proxy, Resource } from '#istio/resource.ts';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import { freeName } from './edit-resource.ts';

/** A new object for the text, and the file it belongs to when that file is there. */
export interface FreshResource {
  readonly object: JsonObject;
  readonly ref: ResourceRef;
  readonly fileName: string;
}

const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name';

/** The resource that puts a catalogue plugin where `plan` says, on `proxy` alone. */
export function freshPlugin(
  entry: CatalogueEntry,
  plan: Exclude<PlacementPlan, { kind: 'none' }>,
  proxy: Proxy,
  direction: TrafficDirection,
  resources: readonly Resource[],
): FreshResource {
  return plan.kind === 'phase' ? wasmPlugin(entry, plan, proxy, resources) : envoyFilter(entry, plan, proxy, direction, resources);
}

function wasmPlugin(
  entry: CatalogueEntry,
  plan: Extract<PlacementPlan, { kind: 'phase' }>,
  proxy: Proxy,
  resources: readonly Resource[],
): FreshResource {
  const ref: ResourceRef = {
    kind: 'WasmPlugin',
    namespace: proxy.namespace,
    name: freeName(resources, 'WasmPlugin', proxy.namespace, entry.name),
  };
  const object: JsonObject = {
    apiVersion: 'extensions.istio.io/v1alpha1',
    kind: 'WasmPlugin',
    metadata: { name: ref.name, namespace: ref.namespace },
    spec: {
      ...target(proxy),
      url: entry.url,
      ...(entry.pluginName === undefined ? {} : { pluginName: entry.pluginName }),
      ...(plan.phase === 'UNSPECIFIED_PHASE' ? {} : { phase: plan.phase }),
      ...(plan.priority === undefined ? {} : { priority: plan.priority }),
      ...(entry.type === 'NETWORK' ? { type: 'NETWORK' } : {}),
      ...(Object.keys(entry.defaultConfig).length === 0 ? {} : { pluginConfig: entry.defaultConfig }),
    },
  };
  return { object, ref, fileName: fileOf(resources, 'WasmPlugin', 'wasmplugins.yaml') };
}

/** How a resource says "this proxy": by the Gateway it belongs to, or by the labels that tell its workload from others. */
function target(proxy: Proxy): JsonObject {
  const gateway = proxy.labels[gatewayNameLabel];
  if (gateway !== undefined) return { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway }] };
  const labels = tellingLabels(proxy);
  return Object.keys(labels).length === 0 ? {} : { selector: { matchLabels: labels } };
}

const telling = ['app', 'app.kubernetes.io/name', 'k8s-app', 'istio', 'name'];

/** The labels that tell a workload from others: one is enough. */
export function tellingLabels({ labels }: Proxy): Readonly<Record<string, string>> {
  const key = telling.find((name) => labels[name] !== undefined) ?? Object.keys(labels)[0];
  return key === undefined ? {} : { [key]: labels[key] ?? '' };
}

/**
 * Where no phase leads: the module as an extension configuration that istiod's agent fetches, and a filter of that name beside the anchor
 * (istio/istio `pilot/pkg/networking/core/envoyfilter/extension_configuration_patch.go`).
 */
function envoyFilter(
  entry: CatalogueEntry,
  plan: Extract<PlacementPlan, { kind: 'envoy-filter' }>,
  proxy: Proxy,
  direction: TrafficDirection,
  resources: readonly Resource[],
): FreshResource {
  const ref: ResourceRef = {
    kind: 'EnvoyFilter',
    namespace: proxy.namespace,
    name: freeName(resources, 'EnvoyFilter', proxy.namespace, entry.name),
  };
  const filterName = `${ref.namespace}.${ref.name}`;
  const labels = tellingLabels(proxy);
  const isNetwork = entry.type === 'NETWORK';
  const wasmType = isNetwork ? NETWORK_WASM_TYPE : HTTP_WASM_TYPE;
  const manager = 'envoy.filters.network.http_connection_manager';
  const anchor = isNetwork ? { name: plan.anchor } : { name: manager, subFilter: { name: plan.anchor } };
  const config: JsonObject = {
    name: filterName,
    root_id: entry.pluginName ?? '',
    configuration: { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: JSON.stringify(entry.defaultConfig) },
    vm_config: { runtime: 'envoy.wasm.runtime.v8', code: { remote: { http_uri: { uri: entry.url, timeout: '30s', cluster: '_' } } } },
  };
  const object: JsonObject = {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: ref.name, namespace: ref.namespace },
    spec: {
      ...(Object.keys(labels).length === 0 ? {} : { workloadSelector: { labels } }),
      configPatches: [
        {
          applyTo: 'EXTENSION_CONFIG',
          match: { context: contextOf(proxy, direction) },
          patch: { operation: 'ADD', value: { name: filterName, typed_config: { '@type': wasmType, config } } },
        },
        {
          applyTo: isNetwork ? 'NETWORK_FILTER' : 'HTTP_FILTER',
          match: {
            context: contextOf(proxy, direction),
            listener: { filterChain: { filter: anchor } },
          },
          patch: {
            operation: plan.operation,
            value: {
              name: filterName,
              config_discovery: {
                config_source: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' },
                type_urls: [wasmType],
              },
            },
          },
        },
      ],
    },
  };
  return { object, ref, fileName: fileOf(resources, 'EnvoyFilter', 'envoyfilters.yaml') };
}

/** The context of an EnvoyFilter that means the listeners of one direction of a proxy. */
export function contextOf(proxy: Proxy, direction: TrafficDirection): string {
  if (proxy.type === 'router') return 'GATEWAY';
  return direction === 'OUTBOUND' ? 'SIDECAR_OUTBOUND' : 'SIDECAR_INBOUND';
}

/** Beside the others of its kind. */
export function fileOf(resources: readonly Resource[], kind: string, otherwise: string): string {
  return resources.findLast((item) => item.kind === kind && item.origin?.itemPath.length === 0)?.origin?.file ?? otherwise;
}
