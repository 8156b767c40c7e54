import { describe, expect, test } from 'vitest';
import { nativeFilters } from '#plugins/native/filter.ts';
import { readResources } from '#istio/read-resources.ts';
import { createSidecar } from '#simulator/simulator.ts';
import { testListener } from '#simulator/test-sidecar.ts';
import type { JsonObject } from '#base/json.ts';
import { parseYaml } from '#yaml/parse.ts';
import type { JwtProvider } from './jwt-providers.ts';
import { claimsFor, jwtProviders, withInlineKey } from './jwt-providers.ts';
import { makeKey, signToken } from './make-token.ts';

const provider: JwtProvider = {
  name: 'example',
  path: [],
  config: { issuer: 'https://issuer.example', audiences: ['shop', 'other'], remote_jwks: { http_uri: {} }, forward: true },
};

test('claims are those the provider asks for', () => {
  expect(claimsFor(provider, 1000, 60)).toEqual({ iss: 'https://issuer.example', sub: 'ann', aud: 'shop', iat: 1000, exp: 4600 });
});

test('an inline key takes the place of every other source and leaves the rest', () => {
  const jwk = { kty: 'EC', kid: 'k' };
  expect(withInlineKey(provider, jwk)).toEqual({
    issuer: 'https://issuer.example',
    audiences: ['shop', 'other'],
    forward: true,
    local_jwks: { inline_string: '{"keys":[{"kty":"EC","kid":"k"}]}' },
  });
});

test('providers are found where they stand', () => {
  const config = nativeFilters.find(({ name }) => name === 'jwt-authn')?.config;
  const text = JSON.stringify({
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: 'jwt', namespace: 'demo' },
    spec: { configPatches: [{ applyTo: 'CLUSTER' }, { applyTo: 'HTTP_FILTER', patch: { value: { name: 'jwt', typed_config: config } } }] },
  });
  const [resource] = readResources([parseYaml(text, 'a.yaml')]).resources;
  const found = resource === undefined ? [] : jwtProviders(resource);
  expect(found.map(({ path }) => path.join('.'))).toEqual(['spec.configPatches.1.patch.value.typed_config.providers.example']);
});

describe.each(['RS256', 'ES256'] as const)('%s', (algorithm) => {
  test('jwt_authn takes the token with the key, and no other', async () => {
    const [key, other] = await Promise.all([makeKey(algorithm, 'a'), makeKey(algorithm, 'a')]);
    const claims = claimsFor(provider, Math.floor(Date.now() / 1000), 60);
    const ask = async (token: string): Promise<number | undefined> => {
      const config: JsonObject = {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication',
        providers: { example: withInlineKey(provider, key.publicJwk) },
        rules: [{ match: { prefix: '/' }, requires: { provider_name: 'example' } }],
      };
      const sidecar = createSidecar({
        listener: testListener({ filters: [{ name: 'jwt', typed_config: config }] }),
        modules: () => undefined,
        clusters: { upstream: { status: 200 } },
        startNs: BigInt(Date.now()) * 1_000_000n,
      });
      expect((await sidecar.start()).refused).toBeUndefined();
      return (await sidecar.send({ headers: [['authorization', `Bearer ${token}`]] })).response?.status;
    };
    expect(await ask(await signToken(key, claims))).toBe(200);
    expect(await ask(await signToken(other, claims))).toBe(401);
    expect(await ask(await signToken(key, { ...claims, exp: 1000 }))).toBe(401);
  });
});
