import type { Diagnostic } from '#base/diagnostic.ts';
import type { Listener } from '#envoy/listener.ts';
import type { Reason } from '#envoy/provenance.ts';
import type { Landing } from '../mesh.ts';
import { finding } from '../validation/rules.ts';
import { listenerKinds, patchListenerGroup } from './listeners.ts';
import type { PatchPanic } from './panic.ts';
import type { Patch, PatchContext } from './patch.ts';
import type { ListenerRun } from './run.ts';
import { SharedFilters } from './shared-filters.ts';
import { selectPatches, type Selection, type SelectionContext } from './select.ts';
import { Trail } from './trail.ts';

export interface EnvoyFilterContext extends SelectionContext {
  /** Name of the sidecar's HTTP proxy listener, which istiod patches by itself. */
  readonly httpProxyListener?: string | undefined;
  /** Given when it is known already, for routes and clusters of the same proxy too. */
  readonly selection?: Selection | undefined;
}

export interface AppliedEnvoyFilters {
  readonly listeners: readonly Listener[];
  /** Of every EnvoyFilter patch that is about listeners, and of those that never reach this proxy. */
  readonly landings: readonly Landing[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Group {
  readonly context: PatchContext;
  readonly listeners: readonly Listener[];
  readonly skipAdds: boolean;
}

/**
 * Applies all EnvoyFilters of a proxy to its listeners (istio/istio pilot/pkg/networking/core/listener_builder.go patchListeners).
 * They come back in istiod's order (getListeners): outbound, those patched one by one, inbound; new ones at the end of their group.
 */
export function applyEnvoyFilters(listeners: readonly Listener[], context: EnvoyFilterContext): AppliedEnvoyFilters {
  const selection = context.selection ?? selectPatches(context);
  const concerned = selection.patches.filter((patch) => listenerKinds.includes(patch.applyTo));
  const ignored = selection.patches.filter((patch) => patch.applyTo === 'BOOTSTRAP').map((patch) => bootstrapLanding(patch, selection));
  const missed = [...selection.missed, ...ignored];
  if (concerned.length === 0) return { listeners, landings: missed, diagnostics: [] };
  const trail = new Trail();
  const shared = new SharedFilters(listeners);
  const out: Listener[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const group of groupsOf(listeners, context)) {
    const run: ListenerRun = {
      context: group.context,
      patches: (applyTo) => selection.byKind.get(applyTo) ?? [],
      trail,
      merge: { types: context.types, minor: context.minor },
      shared,
      selected: selection.reasonsOf,
    };
    const patched = patchListenerGroup(run, group.listeners, group.skipAdds);
    out.push(...patched.listeners);
    if (patched.panic !== undefined) diagnostics.push(panicDiagnostic(patched.panic, group));
  }
  return { listeners: shared.finish(out), landings: [...missed, ...trail.landings(concerned, selection.reasonsOf)], diagnostics };
}

/** Gateways are one group; sidecars and waypoints are patched as inbound and outbound, some outbound listeners one by one. */
function groupsOf(listeners: readonly Listener[], context: EnvoyFilterContext): readonly Group[] {
  if (context.proxy.type === 'router') return [{ context: 'GATEWAY', listeners, skipAdds: false }];
  const alone = (listener: Listener): boolean => listener.name === 'virtualOutbound' || listener.name === context.httpProxyListener;
  // where tunnels end has no direction of its own
  const isInbound = (listener: Listener): boolean =>
    context.proxy.type === 'waypoint' || listener.direction === 'INBOUND' || listener.name === 'connect_terminate';
  return [
    { context: 'SIDECAR_OUTBOUND', listeners: listeners.filter((listener) => !alone(listener) && !isInbound(listener)), skipAdds: false },
    ...listeners.filter(alone).map((listener): Group => ({ context: 'SIDECAR_OUTBOUND', listeners: [listener], skipAdds: true })),
    { context: 'SIDECAR_INBOUND', listeners: listeners.filter((listener) => !alone(listener) && isInbound(listener)), skipAdds: false },
  ];
}

function bootstrapLanding(patch: Patch, selection: Selection): Landing {
  const { kind, namespace, name } = patch.resource;
  const reason: Reason = {
    code: 'bootstrap-only',
    text: 'applyTo BOOTSTRAP changes what the agent writes when the proxy starts, not what istiod sends later; it is not played here',
    source: 'istio/istio pilot/pkg/xds/bootstrapds.go',
  };
  return {
    resource: { kind, namespace, name },
    patch: patch.index,
    landed: false,
    places: [],
    reasons: [...selection.reasonsOf(patch), reason],
  };
}

function panicDiagnostic(panic: PatchPanic, group: Group): Diagnostic {
  const names = group.listeners.map((listener) => listener.name).join(', ');
  return finding(panic.code === 'merge-type' ? 'istio/envoy-filter-panic' : 'istio/envoy-filter-no-value', {
    why: panic.message,
    listeners: names,
  });
}
