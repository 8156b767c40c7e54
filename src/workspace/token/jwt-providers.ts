import type { JsonObject, JsonPath } from '#base/json.ts';
import { asArray, asObject, asString, getIn } from '#base/json.ts';
import type { Resource } from '#istio/resource.ts';

/** A provider of a jwt_authn filter in an EnvoyFilter. */
export interface JwtProvider {
  readonly name: string;
  /** From the object's root. */
  readonly path: JsonPath;
  readonly config: JsonObject;
}

const JWT_AUTHN = 'envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication';

/** The providers of the jwt_authn filters that an EnvoyFilter brings. */
export function jwtProviders(resource: Resource): readonly JwtProvider[] {
  return asArray(resource.spec['configPatches']).flatMap((patch, index) => {
    const value = asObject(getIn(patch, ['patch', 'value']));
    return ['typed_config', 'typedConfig'].flatMap((key) => {
      const config = asObject(value[key]);
      if (asString(config['@type'])?.endsWith(`/${JWT_AUTHN}`) !== true) return [];
      const path = ['spec', 'configPatches', index, 'patch', 'value', key, 'providers'];
      return Object.entries(asObject(config['providers'])).map(([name, provider]) => ({
        name,
        path: [...path, name],
        config: asObject(provider),
      }));
    });
  });
}

/** Claims this provider accepts, for `minutes` from `nowSeconds`. */
export function claimsFor({ config }: JwtProvider, nowSeconds: number, minutes: number): JsonObject {
  const audience = asString(asArray(config['audiences'])[0]);
  const issuer = asString(config['issuer']);
  return {
    ...(issuer === undefined || issuer === '' ? {} : { iss: issuer }),
    sub: 'ann',
    ...(audience === undefined ? {} : { aud: audience }),
    iat: nowSeconds,
    exp: nowSeconds + minutes * 60,
  };
}

/** The provider with this key as its only source of keys. */
export function withInlineKey({ config }: JwtProvider, publicJwk: JsonObject): JsonObject {
  const { remote_jwks: _remote, remoteJwks: _camel, local_jwks: _local, localJwks: _localCamel, ...rest } = config;
  return { ...rest, local_jwks: { inline_string: JSON.stringify({ keys: [publicJwk] }) } };
}
