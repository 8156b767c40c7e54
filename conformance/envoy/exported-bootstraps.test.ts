import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mustExist } from '#base/assert.ts';
import { byteStringToUtf8, bytesToUtf8, utf8Bytes } from '#base/bytes.ts';
import { getIn } from '#base/json.ts';
import { httpManagerOf, type Listener } from '#envoy/listener.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import { loadModule } from '#proxywasm/load-module.ts';
import { Sidecar } from '#simulator/simulator.ts';
import type { HeaderList } from '#simulator/trace.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { resourcesOf } from '#testing/resources.ts';

/** Requests, and what a real Envoy with the exported bootstrap made of them: `bootstraps.mjs --write`. */
interface Recorded {
  readonly proxy: string;
  readonly request: readonly { method: string; path: string; headers?: readonly [string, string][]; body?: string }[];
  readonly expect: readonly {
    readonly downstream: { readonly status: number; readonly headers: HeaderList; readonly body: string };
    readonly upstream: { readonly method: string; readonly path: string; readonly headers: HeaderList; readonly body: string } | null;
  }[];
}

const folder = new URL('bootstraps/', import.meta.url);
const names = readdirSync(folder).flatMap((name) => (name.endsWith('.json') ? [name.replace('.json', '')] : []));
const types = await envoyTypes();

/** The chain in view, as the preview runs it: with Istio's own filters around the plugins. */
async function sidecarOf(name: string, proxyName: string): Promise<Sidecar> {
  const resources = resourcesOf(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'));
  const proxy = mustExist(
    findProxies(resources).find((item) => `${item.namespace}/${item.name}` === proxyName),
    proxyName,
  );
  const mesh = buildMesh({ resources, proxy, istio: '1.31', meshConfig: installedMeshConfig(resources), types });
  const { listener, chain } = mustExist(
    mesh.listeners.map(chainOf).find((found) => found !== undefined),
    'an HTTP chain',
  );
  const samples = new URL('../../public/plugins/', import.meta.url);
  const codes = new Map(
    await Promise.all(
      readdirSync(samples).map(async (plugin) => {
        const bytes = new Uint8Array(readFileSync(new URL(`${plugin}/${plugin}.wasm`, samples)));
        return [plugin, await loadModule(bytes)] as const;
      }),
    ),
  );
  const sidecar = new Sidecar({
    listener,
    chain,
    extensions: mesh.extensions,
    routes: [],
    otherClusters: () => ({
      status: 200,
      headers: [
        ['x-upstream', 'yes'],
        ['content-type', 'text/plain'],
      ],
      body: 'answer',
    }),
    modules: (source) => codes.get(source.kind === 'remote' ? (/([\w-]+):[\d.]+$/.exec(source.uri)?.[1] ?? '') : ''),
  });
  expect((await sidecar.start()).refused).toBeUndefined();
  return sidecar;
}

/** The first chain for plain HTTP to a port of the application. */
function chainOf(listener: Listener): { listener: Listener; chain: number } | undefined {
  const chain = listener.filterChains.findIndex(
    ({ match, ...rest }) =>
      httpManagerOf({ match, ...rest }) !== undefined &&
      getIn(match, ['transportProtocol']) !== 'tls' &&
      (listener.name !== 'virtualInbound' || getIn(match, ['destinationPort']) === 8080),
  );
  const isOwn = listener.direction === 'INBOUND' || listener.name.endsWith('_8080') || listener.name.endsWith('_80');
  return chain < 0 || !isOwn ? undefined : { listener: withoutRds(listener), chain };
}

/** A gateway without routes answers 404 by RDS; an exported bootstrap has one route to one upstream. */
function withoutRds(listener: Listener): Listener {
  const routeConfig = {
    name: 'local',
    virtualHosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'upstream' } }] }],
  };
  const chains = listener.filterChains.map((chain) => ({
    ...chain,
    networkFilters: chain.networkFilters.map((filter) => {
      if (filter.typedConfig?.['rds'] === undefined) return filter;
      const { rds: _, ...config } = filter.typedConfig;
      return { ...filter, typedConfig: { ...config, '@type': filter.typedConfig['@type'], routeConfig } };
    }),
  }));
  return { ...listener, filterChains: chains };
}

/** What depends on the hop and not on the chain; a mesh adds more of it than a bare Envoy. */
const hop = /^(:.*|host|connection|date|server|content-length|transfer-encoding|via|x-request-id|x-forwarded-.*|x-envoy-.*)$/;

function telling(headers: HeaderList): HeaderList {
  return headers
    .filter(([name]) => !hop.test(name))
    .map(([name, value]) => [name, byteStringToUtf8(value)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function pseudo(headers: HeaderList, name: string): string {
  return headers.find(([key]) => key === name)?.[1] ?? '';
}

describe('an exported bootstrap does in a real Envoy what the preview shows', () => {
  test.each(names)('%s', async (name) => {
    const recorded = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Recorded;
    const sidecar = await sidecarOf(name, recorded.proxy);
    const seen = [];
    for (const { method, path, headers = [], body = '' } of recorded.request) {
      const trace = await sidecar.send({
        headers: [[':method', method], [':path', path], [':authority', 'localhost'], ...headers],
        body: utf8Bytes(body),
      });
      const { response, upstream } = trace;
      seen.push({
        downstream: {
          status: response?.status,
          headers: telling(response?.headers ?? []),
          body: bytesToUtf8(response?.body ?? new Uint8Array()),
        },
        upstream:
          upstream === undefined
            ? null
            : {
                method: pseudo(upstream.headers, ':method'),
                path: pseudo(upstream.headers, ':path'),
                headers: telling(upstream.headers),
                body: bytesToUtf8(upstream.body),
              },
      });
    }
    sidecar.close();
    expect(seen).toEqual(recorded.expect);
  });
});
