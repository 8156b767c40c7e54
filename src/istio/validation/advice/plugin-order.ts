import { asObject, isArray } from '#base/json.ts';
import { formatRef } from '#envoy/provenance.ts';
import type { Plugin } from '../../extension-config/plugin.ts';
import { compareText, creationTime } from '../../resource-order.ts';
import type { ValidationContext } from '../context.ts';
import { pluginTexts } from './plugins.ts';

/** Who runs first: ties, absent priorities, external authorization. */
export function adviseOrder(context: ValidationContext): void {
  const plugins = pluginTexts(context).flatMap(({ plugin }) => plugin ?? []);
  for (const plugin of plugins) {
    if (typeof asObject(plugin.resource.raw['spec'])['phase'] === 'number')
      context.report('istio/phase-numeric', plugin.resource, ['spec', 'phase']);
    adviseCustom(context, plugin);
    const rivals = plugins.filter(
      (other) =>
        other !== plugin && other.phase === plugin.phase && other.layer === plugin.layer && meet(plugin, other, context.rootNamespace),
    );
    advisePriority(context, plugin, rivals);
  }
}

/** Can both be on one proxy? */
function meet(a: Plugin, b: Plugin, rootNamespace: string): boolean {
  const [x, y] = [a.resource.namespace, b.resource.namespace];
  if (x !== y && x !== rootNamespace && y !== rootNamespace) return false;
  const [left, right] = [a.selector ?? {}, b.selector ?? {}];
  return Object.keys(left).every((key) => right[key] === undefined || right[key] === left[key]);
}

function advisePriority(context: ValidationContext, plugin: Plugin, rivals: readonly Plugin[]): void {
  const { resource, priority } = plugin;
  if (priority === undefined) {
    const below = rivals.find((rival) => rival.priority !== undefined && rival.priority <= 0);
    if (below !== undefined) {
      context.report('istio/priority-absent', resource, ['spec'], { other: formatRef(below.resource), priority: below.priority ?? 0 });
      return;
    }
  }
  const tie = rivals.find((rival) => rival.priority === priority && comesLater(rival, plugin));
  if (tie === undefined) return;
  const at = priority === undefined ? ['metadata', 'name'] : ['spec', 'priority'];
  const [own, other] = [resource, tie.resource];
  const sameAge = creationTime(own) === creationTime(other) && own.namespace === other.namespace;
  const prefixed = own.name !== other.name && (own.name.startsWith(other.name) || other.name.startsWith(own.name));
  if (sameAge && prefixed && own.kind === 'WasmPlugin' && other.kind === 'WasmPlugin') {
    const [first, second] = [own.name, other.name].sort(compareText);
    context.report('istio/priority-tie-upgrade', resource, at, { first: first ?? '', second: second ?? '' });
    return;
  }
  const why = own.namespace !== other.namespace ? 'the namespace' : sameAge ? 'the name' : 'the age';
  context.report('istio/priority-tie', resource, at, { other: formatRef(other), why });
}

/** So that a tie is told once, at the first of the two. */
function comesLater(other: Plugin, plugin: Plugin): boolean {
  return compareText(`${other.resource.namespace}/${other.name}`, `${plugin.resource.namespace}/${plugin.name}`) > 0;
}

function adviseCustom(context: ValidationContext, plugin: Plugin): void {
  if (plugin.phase !== 'AUTHN' || plugin.layer !== 'http') return;
  const { namespace } = plugin.resource;
  const custom = context
    .of('security.istio.io', 'AuthorizationPolicy')
    .find(
      (policy) =>
        policy.spec['action'] === 'CUSTOM' &&
        (policy.namespace === namespace || policy.namespace === context.rootNamespace) &&
        isArray(policy.spec['rules'] ?? []),
    );
  if (custom !== undefined)
    context.report('istio/phase-after-custom', plugin.resource, ['spec', 'phase'], { policy: `${custom.namespace}/${custom.name}` });
}
