import { asArray, asObject, asString, getIn } from '#base/json.ts';
import type { JsonObject, JsonPath } from '#base/json.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { aboutFilter } from '#envoy/filter-about.ts';
import type { TypedConfig } from '#envoy/listener.ts';
import { isApplyTo, patchedMessages } from '#istio/envoyfilter/patch.ts';
import type { Resource } from '#istio/resource.ts';
import type { FormField } from '#plugins/schema/form-model.ts';
import { messageForm } from './message-form.ts';

/** One patch of an EnvoyFilter as a form. */
export interface PatchForm {
  readonly index: number;
  /** From the object's root. */
  readonly path: JsonPath;
  readonly applyTo: string;
  readonly operation: string;
  /** The filter it is put beside, when it names one. */
  readonly anchor: string;
  /** The form of `patch.value`; absent when nobody knows what it is, or there is none. */
  readonly value?: FormField | undefined;
  /** What is known of the filter that the patch brings. */
  readonly about?: { readonly about: string; readonly docs?: string | undefined } | undefined;
}

/** The patches of an EnvoyFilter, each with the form of its value by Envoy's descriptors. */
export function patchForms(resource: Resource, types: EnvoyTypes): readonly PatchForm[] {
  return asArray(resource.spec['configPatches']).map((entry, index) => {
    const patch = asObject(entry);
    const applyTo = asString(patch['applyTo']) ?? '';
    const value = getIn(patch, ['patch', 'value']);
    return {
      index,
      path: ['spec', 'configPatches', index],
      applyTo,
      operation: asString(getIn(patch, ['patch', 'operation'])) ?? '',
      anchor: anchorOf(patch),
      ...(isApplyTo(applyTo) && value !== undefined ? { value: messageForm(types, patchedMessages[applyTo]) } : {}),
      about: aboutOf(asObject(value)),
    };
  });
}

function anchorOf(patch: JsonObject): string {
  const filter = asObject(getIn(patch, ['match', 'listener', 'filterChain', 'filter']));
  return asString(getIn(filter, ['subFilter', 'name'])) ?? asString(filter['name']) ?? '';
}

function aboutOf(value: JsonObject): PatchForm['about'] {
  const config = asObject(value['typed_config'] ?? value['typedConfig']);
  const type = asString(config['@type']);
  return type === undefined ? undefined : aboutFilter(asString(value['name']) ?? '', { ...config, '@type': type } satisfies TypedConfig);
}
