import { asObject, asString } from '#base/json.ts';
import type { ExtensionConfig, TypedConfig } from '#envoy/listener.ts';
import type { Reason } from '#envoy/provenance.ts';
import type { Landing } from '../mesh.ts';
import type { Selection } from './select.ts';

const SOURCE = 'istio/istio pilot/pkg/networking/core/envoyfilter/extension_configuration_patch.go InsertedExtensionConfigurations';

/**
 * What EnvoyFilters add to the ECDS answers of a proxy. Only ADD (and INSERT_*, which count as ADD) does anything; the context is not
 * looked at. istiod answers those that a chain refers to.
 */
export function insertedExtensionConfigs(selection: Selection): readonly ExtensionConfig[] {
  const out: ExtensionConfig[] = [];
  for (const patch of selection.byKind.get('EXTENSION_CONFIG') ?? []) {
    if (patch.operation !== 'ADD' || patch.value === undefined) continue;
    const { kind, namespace, name } = patch.resource;
    const reason: Reason = {
      code: 'extension-config',
      text: `patch ${patch.index} adds this extension configuration (ADD)`,
      source: SOURCE,
    };
    const config = patch.value['typedConfig'];
    const type = asString(asObject(config)['@type']);
    const typedConfig: TypedConfig | undefined = type === undefined ? undefined : { ...asObject(config), '@type': type };
    out.push({
      name: asString(patch.value['name']) ?? '',
      ...(typedConfig === undefined ? {} : { typedConfig }),
      provenance: { origin: 'envoy-filter', resource: { kind, namespace, name }, reasons: [...selection.reasonsOf(patch), reason] },
    });
  }
  return out;
}

/** What became of the EXTENSION_CONFIG patches, given the names that the chains of the proxy refer to. */
export function extensionConfigLandings(selection: Selection, asked: ReadonlySet<string>): readonly Landing[] {
  return (selection.byKind.get('EXTENSION_CONFIG') ?? []).map((patch) => {
    const { kind, namespace, name } = patch.resource;
    const own = asString(patch.value?.['name']) ?? '';
    const isAdd = patch.operation === 'ADD' && patch.value !== undefined;
    const landed = isAdd && asked.has(own);
    const text = landed
      ? `a filter refers to "${own}", and istiod answers with this configuration`
      : isAdd
        ? `no filter of this proxy refers to "${own}" by config_discovery, so nobody asks for it`
        : `only ADD does anything on EXTENSION_CONFIG, not ${patch.operation}`;
    const reason: Reason = {
      code: landed ? 'extension-config' : isAdd ? 'extension-config-unasked' : 'operation-miss',
      text,
      source: SOURCE,
    };
    return {
      resource: { kind, namespace, name },
      patch: patch.index,
      landed,
      places: [],
      reasons: [...selection.reasonsOf(patch), reason],
    };
  });
}
