import { asArray, asObject, asString, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Diagnostic } from '#base/diagnostic.ts';
import type { Landing } from '../mesh.ts';
import { finding } from '../validation/rules.ts';
import { mergeMessages } from './merge.ts';
import { PatchPanic } from './panic.ts';
import { MERGES, patchedMessages, type ApplyTo, type Patch, type PatchContext } from './patch.ts';
import { matchRoute, matchRouteConfiguration, matchVirtualHost, type GatewayPorts } from './route-match.ts';
import { valueOf, type PatchRun } from './run.ts';
import type { Selection, SelectionContext } from './select.ts';
import { Trail } from './trail.ts';

const routeKinds: ReadonlySet<ApplyTo> = new Set(['ROUTE_CONFIGURATION', 'VIRTUAL_HOST', 'HTTP_ROUTE']);

/** Patches the route configurations of one proxy, those inside inbound connection managers too, and tells what became of each patch. */
export interface RoutePatcher {
  /** `config` is a RouteConfiguration in canonical proto JSON; `context` as for listeners; `ports` for gateways. */
  patch(context: PatchContext, config: JsonObject, ports?: GatewayPorts): JsonObject;
  landings(): readonly Landing[];
  diagnostics(): readonly Diagnostic[];
}

export function createRoutePatcher(selection: Selection, context: Pick<SelectionContext, 'minor' | 'types'>): RoutePatcher {
  const trail = new Trail();
  const diagnostics: Diagnostic[] = [];
  const concerned = selection.patches.filter((patch) => routeKinds.has(patch.applyTo));
  return {
    patch(side, config, ports) {
      if (concerned.length === 0) return config;
      const run: PatchRun = {
        context: side,
        patches: (applyTo) => selection.byKind.get(applyTo) ?? [],
        trail,
        merge: { types: context.types, minor: context.minor },
        selected: selection.reasonsOf,
      };
      const draft = new RouteDraft(run, config, ports);
      try {
        draft.apply();
      } catch (error) {
        if (!(error instanceof PatchPanic)) throw error;
        for (const patch of concerned)
          trail.lose(patch, `istiod panics here (${error.message}); what was still to do for this route configuration is lost`);
        diagnostics.push(finding('istio/envoy-filter-no-value', { why: error.message, listeners: draft.name }));
      }
      return draft.result();
    },
    landings: () => trail.landings(concerned, selection.reasonsOf),
    diagnostics: () => diagnostics,
  };
}

interface HostDraft {
  fields: JsonObject;
  routes: JsonObject[];
}

/** One route configuration while patches work on it; what they did stays when one of them panics (istio/istio rc_patch.go). */
class RouteDraft {
  readonly #run: PatchRun;
  readonly #ports: GatewayPorts | undefined;
  #config: JsonObject;
  #hosts: HostDraft[];

  constructor(run: PatchRun, config: JsonObject, ports: GatewayPorts | undefined) {
    const { virtualHosts, ...rest } = config;
    this.#run = run;
    this.#ports = ports;
    this.#config = rest;
    this.#hosts = asArray(virtualHosts).map(draftHost);
  }

  get name(): string {
    return asString(this.#config['name']) ?? '';
  }

  apply(): void {
    for (const patch of this.#run.patches('ROUTE_CONFIGURATION')) {
      if (!this.#fits(patch)) continue;
      if (MERGES.has(patch.operation)) this.#mergeConfiguration(patch);
      else this.#run.trail.miss(patch, 'operation', this.name);
    }
    this.#patchHosts();
  }

  result(): JsonObject {
    const virtualHosts = this.#hosts.map(finishHost);
    return virtualHosts.length === 0 ? this.#config : { ...this.#config, virtualHosts };
  }

  #fits(patch: Patch): boolean {
    const miss = matchRouteConfiguration(patch, this.#run.context, this.#config, this.#ports);
    if (miss !== undefined) this.#run.trail.miss(patch, miss, this.name, this.#run.context);
    return miss === undefined;
  }

  #hit(patch: Patch, effect: string): void {
    this.#run.trail.hit(patch, { listener: `route:${this.name}`, chain: '' }, effect);
  }

  #merge(name: string, base: JsonObject, patch: Patch): JsonObject {
    return mergeMessages(this.#run.merge, name, base, valueOf(patch), patch.operation === 'MERGE_AND_REPLACE_LIST');
  }

  #mergeConfiguration(patch: Patch): void {
    const merged = this.#merge(patchedMessages.ROUTE_CONFIGURATION, this.result(), patch);
    const { virtualHosts, ...rest } = merged;
    this.#config = rest;
    this.#hosts = asArray(virtualHosts).map(draftHost);
    this.#hit(patch, 'it merges into the route configuration');
  }

  #patchHosts(): void {
    const removed = new Set<string>();
    for (const host of this.#hosts) if (this.#patchHost(host)) removed.add(hostName(host));
    for (const patch of this.#run.patches('VIRTUAL_HOST')) {
      if (patch.operation !== 'ADD' || !this.#fits(patch)) continue;
      this.#hosts.push(draftHost(valueOf(patch)));
      this.#hit(patch, 'a virtual host is added');
    }
    // By name, so a host just added under a removed name goes too.
    if (removed.size > 0) this.#hosts = this.#hosts.filter((host) => !removed.has(hostName(host)));
  }

  /** True when a patch removes the host. */
  #patchHost(host: HostDraft): boolean {
    for (const patch of this.#run.patches('VIRTUAL_HOST')) {
      if (patch.operation === 'ADD' || !this.#fits(patch)) continue;
      const miss = matchVirtualHost(patch, host.fields);
      if (miss !== undefined) {
        this.#run.trail.miss(patch, miss, this.name);
      } else if (patch.operation === 'REMOVE') {
        this.#hit(patch, `it removes the virtual host "${hostName(host)}"`);
        return true;
      } else if (MERGES.has(patch.operation)) {
        Object.assign(host, draftHost(this.#merge(patchedMessages.VIRTUAL_HOST, finishHost(host), patch)));
        this.#hit(patch, `it merges into the virtual host "${hostName(host)}"`);
      } else if (patch.operation === 'REPLACE') {
        this.#hit(patch, `it replaces the virtual host "${hostName(host)}"`);
        Object.assign(host, draftHost(valueOf(patch)));
      }
    }
    this.#patchRoutes(host);
    return false;
  }

  #patchRoutes(host: HostDraft): void {
    const fitting = this.#run.patches('HTTP_ROUTE').filter((patch) => {
      if (!this.#fits(patch)) return false;
      const miss = matchVirtualHost(patch, host.fields);
      if (miss !== undefined) this.#run.trail.miss(patch, miss, this.name);
      return miss === undefined;
    });
    host.routes = host.routes.flatMap((route, index) => {
      const out = this.#patchRoute(fitting, route);
      if (out !== undefined) host.routes[index] = out;
      return out === undefined ? [] : [out];
    });
    for (const patch of fitting) this.#insertRoute(host, patch);
  }

  #patchRoute(patches: readonly Patch[], route: JsonObject): JsonObject | undefined {
    let out = route;
    for (const patch of patches) {
      if (patch.operation !== 'REMOVE' && !MERGES.has(patch.operation)) continue;
      const miss = matchRoute(patch, out);
      if (miss !== undefined) {
        this.#run.trail.miss(patch, miss, this.name);
        continue;
      }
      const name = asString(out['name']) ?? '';
      if (patch.operation === 'REMOVE') {
        this.#hit(patch, `it removes the route "${name}"`);
        return undefined;
      }
      out = this.#merge(patchedMessages.HTTP_ROUTE, out, patch);
      this.#hit(patch, `it merges into the route "${name}"`);
    }
    return out;
  }

  #insertRoute(host: HostDraft, patch: Patch): void {
    const { operation } = patch;
    if (operation !== 'ADD' && !operation.startsWith('INSERT_')) {
      if (operation === 'REPLACE') this.#run.trail.miss(patch, 'operation', this.name);
      return;
    }
    const at = this.#position(host, patch);
    if (at === undefined)
      return this.#run.trail.miss(patch, patch.route?.vhost?.route?.name === undefined ? 'route-action' : 'route', this.name);
    host.routes.splice(at, 0, valueOf(patch));
    this.#hit(
      patch,
      at === 0 ? 'a route is put first' : at === host.routes.length - 1 ? 'a route is put at the end' : `a route is put at place ${at + 1}`,
    );
  }

  /** Where a new route goes; INSERT_FIRST with a route in its match needs that route, but goes to the front all the same. */
  #position(host: HostDraft, patch: Patch): number | undefined {
    const { operation } = patch;
    if (operation === 'ADD') return host.routes.length;
    if (patch.route?.vhost?.route === undefined) return operation === 'INSERT_AFTER' ? host.routes.length : 0;
    const hit = host.routes.findIndex((route) => matchRoute(patch, route) === undefined);
    if (hit < 0) return undefined;
    return operation === 'INSERT_FIRST' ? 0 : operation === 'INSERT_AFTER' ? hit + 1 : hit;
  }
}

function draftHost(value: JsonValue): HostDraft {
  const { routes, ...fields } = asObject(value);
  return { fields, routes: asArray(routes).map(asObject) };
}

function finishHost(host: HostDraft): JsonObject {
  return host.routes.length === 0 ? host.fields : { ...host.fields, routes: host.routes };
}

function hostName(host: HostDraft): string {
  return asString(host.fields['name']) ?? '';
}
