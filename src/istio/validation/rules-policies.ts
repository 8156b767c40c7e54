import type { Rule } from './rules.ts';

function refused(help: string): Rule {
  return { severity: 'error', message: 'The cluster refuses it: {text}', help };
}

function warned(help: string): Rule {
  return { severity: 'warning', message: 'The cluster warns: {text}', help };
}

/** What istiod's webhook says about authorization, authentication and telemetry. */
export const policyRules = {
  'istio/authz-no-rules': refused('rules: [{}] matches every request; no rules at all match none.'),
  'istio/authz-provider': refused('CUSTOM needs provider.name of an extension provider of the mesh; the other actions have none.'),
  'istio/authz-custom': refused(
    'The external authorizer may be asked by path, host, port or header, not by identity. Check that in the authorizer.',
  ),
  'istio/authz-rule': refused('Give each from a source and each to an operation, with at least one field.'),
  'istio/authz-condition': refused('when needs a key Istio knows, such as request.headers[x-id], and values or notValues.'),
  'istio/authz-deny-tcp': warned('HTTP fields are unknown on TCP ports, and a DENY rule then denies. Add to.operation.ports.'),
  'istio/value-empty': refused('Remove the empty value.'),
  'istio/service-account': refused('name or namespace/name, without wildcards, at most 16.'),
  'istio/trust-domain': refused('A domain without /, with one * at an end at most.'),
  'istio/path-template': refused('{*} stands for one segment, {**} for the rest and only at the end; other braces are not allowed.'),
  'istio/mtls-ports': refused('Ports belong to workloads: add a selector with labels, or remove portLevelMtls.'),
  'istio/jwt-rule': refused('A rule needs an issuer; names of headers, parameters, cookies and audiences are not empty.'),
  'istio/jwks': refused('A JSON Web Key Set: {"keys":[{"kty":"RSA","n":"…","e":"AQAB"}]}.'),
  'istio/jwks-uri': refused('http:// or https://'),
  'istio/jwks-secret': warned('Whoever can read this resource can sign tokens. Put in the public part only, and replace the key.'),
  'istio/provider-name': refused('Name an extension provider of the mesh.'),
  'istio/telemetry-many': warned('Only the first counts.'),
  'istio/log-filter': refused('A CEL expression over the request, for example response.code >= 400.'),
  'istio/tag': refused('UPSERT needs a value, REMOVE has none; names and values are not empty.'),
  'istio/tag-unnamed': warned('Name the tag.'),
  // the mesh configuration
  'istio/mesh-config-syntax': {
    severity: 'error',
    message: 'The mesh configuration cannot be read: line {line}: {text}',
    help: 'istiod keeps what it had before. Mend the YAML inside data.mesh.',
  },
  'istio/mesh-config-unreadable': {
    severity: 'error',
    message: 'istiod cannot read the mesh configuration: {text}',
    help: 'istiod keeps what it had before, or the defaults, and takes nothing of this text.',
  },
  'istio/mesh-config-unknown-field': {
    severity: 'warning',
    message: 'The mesh configuration has no field {field} (line {line}){suggestion}',
    help: 'istiod ignores it. Check spelling and indentation.',
  },
} as const satisfies Readonly<Record<string, Rule>>;
