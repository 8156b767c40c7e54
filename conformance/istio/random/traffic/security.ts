import { add, policyNamespace, selector, type Plain, type World } from '../world.ts';

/** PeerAuthentication, RequestAuthentication, AuthorizationPolicy. */
export function addSecurity(world: World): void {
  const { chance } = world;
  if (chance.odds(0.4)) {
    add(
      world,
      'security.istio.io/v1',
      'PeerAuthentication',
      { name: 'peer', namespace: policyNamespace(world) },
      {
        spec: {
          ...selector(world),
          mtls: { mode: chance.pick(['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET']) },
          ...chance.maybe(0.3, () => ({
            portLevelMtls: { [chance.pick(['8080', '9000', '9100'])]: { mode: chance.pick(['DISABLE', 'STRICT', 'PERMISSIVE']) } },
          })),
        },
      },
    );
  }
  if (chance.odds(0.3)) {
    add(
      world,
      'security.istio.io/v1',
      'RequestAuthentication',
      { name: 'jwt', namespace: policyNamespace(world) },
      {
        spec: { ...selector(world), jwtRules: chance.times(chance.int(1, 2), (index) => jwtRule(world, index)) },
      },
    );
  }
  for (const index of chance.some([0, 1, 2], 0.4)) {
    add(world, 'security.istio.io/v1', 'AuthorizationPolicy', authzMetadata(world, index), {
      spec: { ...selector(world), ...authzSpec(world) },
    });
  }
}

function authzMetadata(world: World, index: number): { name: string; namespace: string; [field: string]: unknown } {
  const annotations = world.chance.odds(0.15) ? { annotations: { 'istio.io/dry-run': 'true' } } : {};
  return { name: `authz-${index}`, namespace: policyNamespace(world), ...annotations };
}

function jwtRule(world: World, index: number): Plain {
  const { chance } = world;
  return {
    issuer: `https://issuer${index}.example.com`,
    jwks: '{"keys":[{"kty":"oct","k":"AAAA","kid":"k"}]}',
    ...chance.maybe(0.3, () => ({ audiences: ['a', 'b'] })),
    ...chance.maybe(0.3, () => ({ fromHeaders: [{ name: 'x-jwt', prefix: 'Bearer ' }] })),
    ...chance.maybe(0.2, () => ({ fromParams: ['token'] })),
    ...chance.maybe(0.2, () => ({ fromCookies: ['jwt'] })),
    ...chance.maybe(0.3, () => ({ forwardOriginalToken: chance.odds(0.5) })),
    ...chance.maybe(0.2, () => ({ outputPayloadToHeader: 'x-payload' })),
    ...chance.maybe(0.2, () => ({ outputClaimToHeaders: [{ header: 'x-sub', claim: 'sub' }] })),
  };
}

function authzSpec(world: World): Plain {
  const { chance } = world;
  const action = chance.pick(['ALLOW', 'ALLOW', 'DENY', 'AUDIT', 'CUSTOM']);
  return {
    ...(action === 'ALLOW' && chance.odds(0.5) ? {} : { action }),
    ...(action === 'CUSTOM' ? { provider: { name: chance.pick(['ext-http', 'ext-grpc', 'nobody']) } } : {}),
    ...(chance.odds(0.9) ? { rules: chance.times(chance.int(1, 2), () => authzRule(world, action === 'CUSTOM')) } : {}),
  };
}

function authzRule(world: World, isCustom: boolean): Plain {
  const { chance } = world;
  const source = chance.pick([
    { principals: ['cluster.local/ns/shop/sa/web', '*/sa/x', '*'] },
    { namespaces: ['bank', 'shop*'] },
    { notNamespaces: ['bank'], ipBlocks: ['10.0.0.0/8', '192.168.1.1'] },
    { remoteIpBlocks: ['1.2.3.0/24'] },
    { requestPrincipals: ['https://issuer0.example.com/*'] },
    { notRequestPrincipals: ['*'] },
  ]);
  const operation = chance.pick([
    { paths: ['/api*', '/exact', '*/end', '*'] },
    { methods: ['GET', 'POST'], ports: ['80', '8080'] },
    { notPaths: ['/health'], hosts: ['shop.example.com', '*.example.com:*'] },
    { notMethods: ['DELETE'], notPorts: ['9100'] },
    { paths: ['/a/{*}/b', '/c/{**}'] },
  ]);
  const condition = chance.pick([
    { key: 'request.headers[x-user]', values: ['jason', 'a*'] },
    { key: 'source.namespace', notValues: ['bank'] },
    { key: 'request.auth.claims[groups]', values: ['admin'] },
    { key: 'destination.port', values: ['8080'] },
    { key: 'connection.sni', values: ['*.example.com'] },
    { key: 'request.auth.audiences', values: ['aud'] },
    { key: 'remote.ip', values: ['10.1.0.0/16'] },
    { key: 'source.principal', values: ['cluster.local/ns/a/sa/b'] },
  ]);
  return {
    ...chance.maybe(isCustom ? 0 : 0.6, () => ({ from: [{ source }] })),
    ...chance.maybe(0.7, () => ({ to: [{ operation }] })),
    ...chance.maybe(0.3, () => ({ when: [condition] })),
  };
}
