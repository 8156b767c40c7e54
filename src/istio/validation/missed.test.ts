import { expect, test } from 'vitest';
import { envoyTypes } from '#testing/envoy-types.ts';
import { resourcesOf } from '#testing/resources.ts';
import { buildMesh } from '../build-listeners.ts';
import { findProxies } from '../find-proxies.ts';
import { all, cart, ingress, patch, plugin } from './examples/example.ts';
import { missedEverywhere } from './missed.ts';
import { validateResources } from './validate.ts';

const types = await envoyTypes();

/** What of the text is on no proxy: the marked words and the message. */
function missed(text: string): readonly (readonly [string, string])[] {
  const resources = resourcesOf(text);
  const landings = findProxies(resources).map((proxy) => buildMesh({ resources, proxy, istio: '1.31', types }).landings);
  const known = validateResources(resources, { istio: '1.31', types });
  return missedEverywhere(resources, landings, known).map(({ at, message }) => [text.slice(at?.range.start, at?.range.end), message]);
}

const removeFilter = (name: string): string =>
  patch(
    `applyTo: HTTP_FILTER\nmatch: { context: SIDECAR_INBOUND, listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: ${name} } } } } }\npatch: { operation: REMOVE }`,
  );

test('a plugin whose selector hits nobody', () => {
  expect(missed(all(cart, ingress, plugin('selector: { matchLabels: { app: card } }')))).toEqual([
    ['auth', 'It lands on none of 2 proxies: its selector app=card does not fit the labels of the workload'],
  ]);
});

test('a patch that looks for a filter nobody has', () => {
  expect(missed(all(cart, ingress, removeFilter('envoy.filters.http.lua')))).toEqual([
    ['HTTP_FILTER', expect.stringMatching(/^Patch 1 hits nothing on any of 2 proxies: .*envoy\.filters\.http\.lua/)],
  ]);
});

test('what lands on one of the proxies is not missed', () => {
  expect(missed(all(cart, ingress, plugin('phase: AUTHN'), removeFilter('envoy.filters.http.router')))).toEqual([]);
});

test('what cannot be read has an error of its own', () => {
  expect(missed(all(cart, plugin('url: ""')))).toEqual([]);
});
