import type { JsonObject } from '#base/json.ts';
import type { Phase } from '#envoy/provenance.ts';
import type { Plugin, TargetRef } from '../../extension-config/plugin.ts';
import type { Resource } from '../../resource.ts';
import { compact, documentOf } from '../document.ts';

/** Tells what a plugin cannot say of the resource it is made from. */
export type Lost = (what: string, why: string) => void;

/** A plugin made of a resource of another kind. */
export interface ImportedPlugin {
  readonly name: string;
  readonly from: Resource;
  readonly layer: Plugin['layer'];
  /** Fields that WasmPlugin has in `spec` and TrafficExtension in `spec.wasm`; or a Lua script. */
  readonly code: { readonly wasm: JsonObject } | { readonly lua: string };
  readonly selector?: JsonObject | undefined;
  readonly targetRefs?: readonly TargetRef[] | undefined;
  readonly phase: Phase;
  readonly priority?: number | undefined;
  readonly match?: readonly JsonObject[] | undefined;
}

/** As WasmPlugin, which every version has, unless the other kind is asked for; a script as TrafficExtension. */
export function documentOfImported(plugin: ImportedPlugin, kind: 'WasmPlugin' | 'TrafficExtension' = 'WasmPlugin'): JsonObject {
  const { code, from } = plugin;
  const refs = plugin.targetRefs ?? [];
  const shared = {
    selector: plugin.selector === undefined ? undefined : { matchLabels: plugin.selector },
    targetRefs: refs.length === 0 ? undefined : refs.map(({ group, kind, name }) => ({ group, kind, name })),
    phase: plugin.phase === 'UNSPECIFIED_PHASE' ? undefined : plugin.phase,
    priority: plugin.priority,
    match: plugin.match === undefined || plugin.match.length === 0 ? undefined : plugin.match,
  };
  const named = { name: plugin.name, namespace: from.namespace, labels: from.labels, annotations: from.annotations };
  if ('lua' in code)
    return documentOf('extensions.istio.io/v1alpha1', 'TrafficExtension', named, compact({ ...shared, lua: { inlineCode: code.lua } }));
  const type = plugin.layer === 'network' ? 'NETWORK' : undefined;
  if (kind === 'TrafficExtension')
    return documentOf('extensions.istio.io/v1alpha1', kind, named, compact({ ...shared, wasm: compact({ ...code.wasm, type }) }));
  return documentOf('extensions.istio.io/v1alpha1', 'WasmPlugin', named, compact({ ...code.wasm, type, ...shared }));
}

/** A name Kubernetes takes, of any text. */
export function objectName(text: string): string {
  const name = text.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '-');
  return name.slice(0, 253).replaceAll(/^[-.]+|[-.]+$/g, '') || 'plugin';
}
