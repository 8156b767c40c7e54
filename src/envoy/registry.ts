import { asObject, type JsonValue } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { EnvoyDocs } from './docs.ts';
import { messageName, type TypedConfig } from './listener.ts';
import { DescriptorIndex } from './schema/descriptor-index.ts';
import { describeMessage } from './schema/describe.ts';
import { mergeMessage, mergeValue } from './schema/merge.ts';
import { normalise } from './schema/normalise.ts';
import { Plans } from './schema/plan.ts';
import { readRules, type Rules } from './schema/rules.ts';
import { validate } from './schema/validate.ts';
import { hasOwnJson } from './schema/well-known.ts';
import type { EnvoyTypes, MessageDoc } from './types.ts';

/**
 * Envoy's vocabulary over the bytes of `public/envoy/descriptors.binpb.gz` (after `inflate`). Costs one pass over the lengths in
 * it; messages are decoded when first asked for and kept. `docs` adds the comments to `describe`.
 */
export function loadEnvoyTypes(bytes: Uint8Array, docs?: EnvoyDocs): EnvoyTypes {
  const plans = new Plans(new DescriptorIndex(bytes));
  const described = new Map<string, MessageDoc>();
  let rules: Rules | undefined;
  const getRules = (): Rules => (rules ??= readRules(plans.index));

  return {
    has: (name) => plans.index.has(name),
    names: () => [...plans.index.messageNames()].sort(),

    describe(name) {
      const plan = plans.find(name);
      if (plan === undefined) return undefined;
      const doc = described.get(name) ?? describeMessage(plans, getRules(), plan, docs);
      described.set(name, doc);
      return doc;
    },

    normalise(name: string, value: JsonValue, options = {}) {
      if (!plans.index.has(name)) throw new Error(`Broken invariant: ${name} is not a message; ask has() first`);
      const { value: out, problems } = normalise(plans, name, value, options.reader ?? 'istiod');
      return { value: asObject(out), problems };
    },

    validate: (name, value, options = {}) => validate(plans, getRules(), name, value, options),

    merge: (name, base, patch, options = {}) => mergeMessage(plans, plans.message(name), base, patch, options),

    mergeAny(base, patch, options = {}) {
      const name = messageName(base['@type']);
      const other = messageName(patch['@type']);
      const plan = plans.find(name);
      if (plan === undefined || !plans.index.has(other)) {
        const unknown = plan === undefined ? name : other;
        return err({ code: 'unknown-type', message: `Nobody knows the message ${unknown}` });
      }
      if (name !== other) return err({ code: 'different-type', message: `A ${other} cannot be merged into a ${name}` });
      if (hasOwnJson(name)) {
        const value = mergeValue(plans, name, base['value'] ?? null, patch['value'] ?? null, options);
        return ok({ '@type': base['@type'], value } satisfies TypedConfig);
      }
      const { '@type': type, ...fields } = base;
      const { '@type': _, ...patchFields } = patch;
      const merged = mergeMessage(plans, plan, fields, patchFields, options);
      return ok({ '@type': type, ...merged } satisfies TypedConfig);
    },
  };
}
