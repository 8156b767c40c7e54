import type { RuleCode } from '../rules.ts';
import type { Example } from './example.ts';

function policy(kind: string, spec: string, api = 'security.istio.io/v1'): string {
  return `apiVersion: ${api}\nkind: ${kind}\nmetadata: { name: cart, namespace: shop }\nspec: ${spec}\n`;
}

const authorization = (fields: string): string => policy('AuthorizationPolicy', `{ ${fields} }`);
const source = (fields: string): string => authorization(`rules: [{ from: [{ source: { ${fields} } }] }]`);
const jwt = (fields: string): string => policy('RequestAuthentication', `{ jwtRules: [{ issuer: a, ${fields} }] }`);
const telemetry = (fields: string): string => policy('Telemetry', `{ ${fields} }`, 'telemetry.istio.io/v1');

/** A mesh configuration inside its ConfigMap. */
function meshConfig(text: string): string {
  const lines = text.replaceAll('\n', '\n    ');
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata:\n  mesh: «|\n    ${lines}»\n`;
}

/** What istiod's webhook says about authorization, authentication and telemetry, by rule. */
export const policyExamples: Partial<Readonly<Record<RuleCode, string | Example>>> = {
  'istio/authz-no-rules': authorization('action: DENY, «rules»: []'),
  'istio/authz-provider': authorization('«provider»: { name: ext }'),
  'istio/authz-custom': authorization('action: CUSTOM, provider: { name: ext }, rules: [{ from: [{ source: { «namespaces»: [a] } }] }]'),
  'istio/authz-rule': authorization('rules: [{ from: [«{ source: null }»] }]'),
  'istio/authz-condition': authorization('rules: [{ when: [{ key: «destination.port», values: [a] }] }]'),
  'istio/authz-deny-tcp': authorization('action: DENY, rules: [«{ to: [{ operation: { methods: [GET] } }] }»]'),
  'istio/value-empty': source("«namespaces»: ['']"),
  'istio/service-account': source("«serviceAccounts»: ['a/b/c']"),
  'istio/trust-domain': source("«trustDomains»: ['a/b']"),
  'istio/path-template': authorization("rules: [{ to: [{ operation: { «paths»: ['/a/{*}x/{1}'] } }] }]"),
  'istio/mtls-ports': policy('PeerAuthentication', '{ selector: { matchLabels: { app: a } }, «portLevelMtls»: {} }'),
  'istio/jwt-rule': jwt("audiences: [«''»], jwksUri: 'https://a.example.com'"),
  'istio/jwks': jwt("jwks: «'keys'»"),
  'istio/jwks-uri': jwt("jwksUri: «'https://a b'»"),
  'istio/jwks-secret': jwt(`jwks: «'{"keys":[{"kty":"oct","k":"aGk"}]}'»`),
  'istio/provider-name': telemetry("accessLogging: [{ providers: [«{ name: '' }»] }]"),
  'istio/telemetry-many': telemetry('«tracing»: [{}, {}]'),
  'istio/log-filter': telemetry("accessLogging: [{ filter: { expression: «'response.code >='» } }]"),
  'istio/tag': telemetry('metrics: [{ overrides: [{ tagOverrides: { a: { operation: REMOVE, value: «x» } } }] }]'),
  'istio/tag-unnamed': telemetry("metrics: [{ overrides: [{ tagOverrides: { «''»: { operation: REMOVE } } }] }]"),
  'istio/mesh-config-syntax': meshConfig('trustDomain: [a'),
  'istio/mesh-config-unreadable': meshConfig('enableTracing: sometimes'),
  'istio/mesh-config-unknown-field': meshConfig('defaultConfig:\n  concurency: 2'),
};
