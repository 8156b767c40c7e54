import type { JsonObject } from '#base/json.ts';
import type { Subject } from '../subject.ts';
import { checkOneTarget, checkSelector, checkTargetRef, checkTargetRefs } from '../targets.ts';
import { VerdictBuilder, type Verdict } from '../verdict.ts';
import { message, messages, text, texts } from '../words/fields.ts';
import {
  addressErrors,
  attributeError,
  emptyValueError,
  pathTemplateError,
  portErrors,
  serviceAccountError,
  trustDomainError,
} from './attributes.ts';

/** The webhook on an AuthorizationPolicy (istio/istio pkg/config/validation/validation.go ValidateAuthorizationPolicy). */
export function validateAuthorizationPolicy({ resource, namespace, spec, minor }: Subject): Verdict {
  const out = new VerdictBuilder();
  checkOneTarget(spec, out);
  checkSelector(spec, out);
  const targetRef = message(spec, 'targetRef');
  if (targetRef !== undefined) checkTargetRef(targetRef, ['targetRef'], minor, out);
  checkTargetRefs(spec, minor, out);
  const action = text(spec, 'action') || 'ALLOW';
  const rules = messages(spec, 'rules');
  if (action === 'CUSTOM') checkCustom(spec, out, minor.minor);
  if (spec['provider'] !== undefined && action !== 'CUSTOM')
    out.error('istio/authz-provider', `\`provider\` must not be with non CUSTOM action, found ${action}`, 'provider');
  const meaningless = 'is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request';
  if (action === 'DENY' && rules.length === 0) out.error('istio/authz-no-rules', `DENY action without \`rules\` ${meaningless}`, 'rules');
  for (const [index, rule] of rules.entries()) {
    const at = out.at('rules', index);
    const from = checkFrom(rule, index, at, minor.minor);
    const to = checkTo(rule, index, at);
    checkWhen(rule, at, minor.minor);
    if (action === 'DENY' && ((from.isThere && !to.isThere && !from.isTcp) || (to.isThere && !to.isTcp))) {
      const why = 'due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port';
      at.warn('istio/authz-deny-tcp', `configured AuthorizationPolicy will deny all traffic to TCP ports under its scope ${why}`);
    }
  }
  const { errors, warnings } = out.verdict;
  const prefix = `invalid policy ${resource.name}.${namespace}: `;
  return { errors: errors.map((remark) => ({ ...remark, text: prefix + remark.text })), warnings };
}

const customSource = [
  ['namespaces', 'Namespaces'],
  ['notNamespaces', 'NotNamespaces'],
  ['serviceAccounts', 'ServiceAccounts'],
  ['notServiceAccounts', 'NotServiceAccounts'],
  ['trustDomains', 'TrustDomains'],
  ['notTrustDomains', 'NotTrustDomains'],
  ['principals', 'Principals'],
  ['notPrincipals', 'NotPrincipals'],
  ['requestPrincipals', 'RequestPrincipals'],
  ['notRequestPrincipals', 'NotRequestPrincipals'],
] as const;

const customKeys: ReadonlySet<string> = new Set(['source.namespace', 'source.serviceAccount', 'source.trustDomain', 'source.principal']);

/** An external authorizer decides after istiod's conditions, which may not look at identities. */
function checkCustom(spec: JsonObject, out: VerdictBuilder, minor: number): void {
  const rules = messages(spec, 'rules');
  if (rules.length === 0) {
    const why = 'is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request';
    out.error('istio/authz-no-rules', `CUSTOM action without \`rules\` ${why}`, 'rules');
  } else if (text(message(spec, 'provider') ?? {}, 'name') === '') {
    out.error('istio/authz-provider', '`provider.name` must not be empty', 'provider');
  }
  for (const [index, rule] of rules.entries()) {
    const refuse = (name: string, ...path: (string | number)[]): void =>
      out.error('istio/authz-custom', `${name} is currently not supported with CUSTOM action`, 'rules', index, ...path);
    for (const [at, from] of messages(rule, 'from').entries()) {
      const source = message(from, 'source') ?? {};
      for (const [field, name] of customSource)
        if (texts(source, field).length > 0 && isKnown(field, minor)) refuse(`From.${name}`, 'from', at, 'source', field);
    }
    for (const [at, when] of messages(rule, 'when').entries()) {
      const key = text(when, 'key');
      if (customKeys.has(key) || key.startsWith('request.auth.')) refuse(key, 'when', at, 'key');
    }
  }
}

function isKnown(field: string, minor: number): boolean {
  return minor >= 30 || !/trustDomains/i.test(field);
}

interface Side {
  readonly isThere: boolean;
  /** It says something about a connection without HTTP. */
  readonly isTcp: boolean;
}

const sourceFields = [
  'principals',
  'requestPrincipals',
  'namespaces',
  'ipBlocks',
  'remoteIpBlocks',
  'notPrincipals',
  'notRequestPrincipals',
  'notNamespaces',
  'notIpBlocks',
  'notRemoteIpBlocks',
  'serviceAccounts',
  'notServiceAccounts',
  'trustDomains',
  'notTrustDomains',
];

const tcpSource = sourceFields.filter((field) => !/RequestPrincipals|trustDomains/i.test(field));

function checkFrom(rule: JsonObject, number: number, out: VerdictBuilder, minor: number): Side {
  let isThere = false;
  let isTcp = false;
  for (const [index, from] of messages(rule, 'from').entries()) {
    const source = message(from, 'source');
    const at = out.at('from', index);
    if (source === undefined) {
      at.error('istio/authz-rule', `\`from.source\` must not be nil, found at rule ${number}`);
      continue;
    }
    isThere = true;
    checkSource(source, number, at.at('source'), minor);
    if (tcpSource.some((field) => texts(source, field).length > 0)) isTcp = true;
  }
  return { isThere, isTcp };
}

function checkSource(source: JsonObject, number: number, out: VerdictBuilder, minor: number): void {
  const has = (...fields: readonly string[]): boolean => fields.some((field) => texts(source, field).length > 0);
  if (has('principals', 'notPrincipals', 'namespaces', 'notNamespaces') && has('serviceAccounts', 'notServiceAccounts'))
    out.error('istio/authz-rule', `cannot set serviceAccounts with namespaces or principals, found at rule ${number}`, 'serviceAccounts');
  if (!has(...sourceFields)) out.error('istio/authz-rule', `\`from.source\` must not be empty, found at rule ${number}`);
  for (const field of ['ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks'])
    out.checks('istio/address-invalid', addressErrors(texts(source, field)), field);
  const empty = (field: string, name: string): void => out.check('istio/value-empty', emptyValueError(name, texts(source, field)), field);
  const account = (field: string, name: string): void =>
    out.check('istio/service-account', serviceAccountError(name, texts(source, field)), field);
  const trust = (field: string, name: string): void => {
    if (minor >= 30) out.check('istio/trust-domain', trustDomainError(name, texts(source, field)), field);
  };
  for (const [not, first] of [
    ['', ''],
    ['not', 'Not'],
  ] as const) {
    const name = (rest: string): string => (not === '' ? rest[0]?.toLowerCase() + rest.slice(1) : not + rest);
    for (const rest of ['Principals', 'RequestPrincipals', 'Namespaces']) empty(name(rest), first + rest);
    account(name('ServiceAccounts'), `${first}ServiceAccounts`);
    trust(name('TrustDomains'), `${first}TrustDomains`);
    for (const rest of ['IpBlocks', 'RemoteIpBlocks']) empty(name(rest), first + rest);
  }
}

const operationFields = ['ports', 'methods', 'paths', 'hosts', 'notPorts', 'notMethods', 'notPaths', 'notHosts'];

function checkTo(rule: JsonObject, number: number, out: VerdictBuilder): Side {
  let isThere = false;
  let isTcp = false;
  for (const [index, to] of messages(rule, 'to').entries()) {
    const operation = message(to, 'operation');
    const at = out.at('to', index);
    if (operation === undefined) {
      at.error('istio/authz-rule', `\`to.operation\` must not be nil, found at rule ${number}`);
      continue;
    }
    isThere = true;
    const inside = at.at('operation');
    if (operationFields.every((field) => texts(operation, field).length === 0))
      inside.error('istio/authz-rule', `\`to.operation\` must not be empty, found at rule ${number}`);
    for (const field of ['ports', 'notPorts']) inside.checks('istio/port-invalid', portErrors(texts(operation, field)), field);
    for (const field of operationFields) {
      const name = (field[0] ?? '').toUpperCase() + field.slice(1);
      inside.check('istio/value-empty', emptyValueError(name, texts(operation, field)), field);
    }
    inside.check('istio/path-template', pathTemplateError('Paths', texts(operation, 'paths')), 'paths');
    inside.check('istio/path-template', pathTemplateError('NotPaths', texts(operation, 'notPaths')), 'notPaths');
    if (texts(operation, 'ports').length > 0 || texts(operation, 'notPorts').length > 0) isTcp = true;
  }
  return { isThere, isTcp };
}

function checkWhen(rule: JsonObject, out: VerdictBuilder, minor: number): void {
  for (const [index, condition] of messages(rule, 'when').entries()) {
    const at = out.at('when', index);
    const key = text(condition, 'key');
    if (key === '') {
      at.error('istio/authz-condition', '`key` must not be empty');
      continue;
    }
    const values = texts(condition, 'values');
    const notValues = texts(condition, 'notValues');
    if (values.length === 0 && notValues.length === 0) {
      at.error('istio/authz-condition', `at least one of \`values\` or \`notValues\` must be set for key ${key}`);
      continue;
    }
    const positive = attributeError(key, values, minor);
    if (positive !== undefined) at.error('istio/authz-condition', `invalid \`value\` for \`key\` ${key}: ${positive}`, 'key');
    const negative = attributeError(key, notValues, minor);
    if (negative !== undefined) at.error('istio/authz-condition', `invalid \`notValue\` for \`key\` ${key}: ${negative}`, 'key');
  }
}
