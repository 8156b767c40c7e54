import { bytesToByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { asObject, isObject } from '#base/json.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { hostOf, portOf } from '../http/connection-info.ts';
import { compileHeaderMatcher } from '../matching/header-matcher.ts';
import { isInRange } from '../matching/ip.ts';
import { compileMetadataMatcher } from '../matching/metadata-matcher.ts';
import { compilePathTemplate } from '../matching/path-template.ts';
import type { StringPredicate } from '../matching/string-matcher.ts';
import { compileStringMatcher } from '../matching/string-matcher.ts';
import { withoutQuery } from '../router/path-match.ts';
import type { RbacInput, RbacTest } from './rbac-input.ts';

const all =
  (tests: readonly RbacTest[]): RbacTest =>
  (input) =>
    tests.every((test) => test(input));
const any =
  (tests: readonly RbacTest[]): RbacTest =>
  (input) =>
    tests.some((test) => test(input));

type Make = (config: ConfigReader, name: string) => RbacTest;

const cidr = (config: ConfigReader, name: string, address: (input: RbacInput) => string): RbacTest => {
  const range = config.message(name);
  const text = `${range?.string('address_prefix') ?? ''}/${range?.number('prefix_len', 0) ?? 0}`;
  return (input) => isInRange(hostOf(address(input)), text);
};

const header: Make = (config, name) => {
  const matcher = config.message(name);
  const test = matcher === undefined ? () => false : compileHeaderMatcher(matcher);
  return (input) => input.headers !== undefined && test(input.headers);
};

const urlPath: Make = (config, name) => {
  const matcher = config.message(name)?.message('path');
  const test = matcher === undefined ? () => false : compileStringMatcher(matcher);
  return (input) => {
    const path = input.headers?.get(':path');
    return path !== undefined && test(withoutQuery(path));
  };
};

const metadata: Make = (config, name) => {
  const matcher = config.message(name);
  const test = matcher === undefined ? () => false : compileMetadataMatcher(matcher);
  return (input) => test(input.dynamicMetadata);
};

const sourcedMetadata: Make = (config, name) => {
  const sourced = config.message(name);
  const matcher = sourced?.message('metadata_matcher');
  const test = matcher === undefined ? () => false : compileMetadataMatcher(matcher);
  const source = sourced?.raw('metadata_source') ?? 'DYNAMIC';
  if (source === 'DYNAMIC' || source === 0) return (input) => test(input.dynamicMetadata);
  return (input) => test(filterMetadata(input.routeMetadata));
};

function filterMetadata(value: JsonObject | undefined): ReadonlyMap<string, JsonObject> {
  const map = asObject(value?.['filter_metadata'] ?? value?.['filterMetadata']);
  return new Map(Object.entries(map).flatMap(([key, item]): [string, JsonObject][] => (isObject(item) ? [[key, item]] : [])));
}

const set: (config: ConfigReader, name: string, list: string) => readonly RbacTest[] = (config, name, list) =>
  (config.message(name)?.messages(list) ?? []).map(list === 'rules' ? compilePermission : compilePrincipal);

const permissions: Readonly<Record<string, Make>> = {
  and_rules: (config) => all(set(config, 'and_rules', 'rules')),
  or_rules: (config) => any(set(config, 'or_rules', 'rules')),
  any: (config) => {
    config.bool('any');
    return () => true;
  },
  header,
  url_path: urlPath,
  destination_ip: (config, name) => cidr(config, name, (input) => input.connection.localAddress),
  destination_port: (config) => {
    const port = config.number('destination_port', 0);
    return (input) => portOf(input.connection.localAddress) === port;
  },
  destination_port_range: (config) => {
    const range = config.message('destination_port_range');
    const start = range?.number('start', 0) ?? 0;
    const end = range?.number('end', 0) ?? 0;
    return (input) => {
      const port = portOf(input.connection.localAddress);
      return port >= start && port < end;
    };
  },
  metadata,
  sourced_metadata: sourcedMetadata,
  not_rule: (config) => {
    const inner = config.message('not_rule');
    const test = inner === undefined ? () => false : compilePermission(inner);
    return (input) => !test(input);
  },
  requested_server_name: (config) => {
    const test = stringOf(config.message('requested_server_name'));
    return (input) => test(input.connection.requestedServerName);
  },
  uri_template: (config) => {
    const template = compilePathTemplate(config.message('uri_template')?.any('typed_config')?.string('path_template') ?? '');
    return (input) => template.match(withoutQuery(input.headers?.get(':path') ?? '')) !== undefined;
  },
};

const principals: Readonly<Record<string, Make>> = {
  and_ids: (config) => all(set(config, 'and_ids', 'ids')),
  or_ids: (config) => any(set(config, 'or_ids', 'ids')),
  any: (config) => {
    config.bool('any');
    return () => true;
  },
  authenticated: (config) => {
    const matcher = config.message('authenticated')?.message('principal_name');
    const test = matcher === undefined ? undefined : compileStringMatcher(matcher);
    return ({ connection }) => {
      const { tls } = connection;
      if (tls === undefined) return false;
      if (test === undefined) return true;
      if (tls.peerUriSans.some(test) || tls.peerDnsSans.some(test)) return true;
      return tls.peerUriSans.length === 0 && tls.peerDnsSans.length === 0 && test(tls.peerSubject);
    };
  },
  source_ip: (config, name) => cidr(config, name, (input) => input.connection.remoteAddress),
  direct_remote_ip: (config, name) => cidr(config, name, (input) => input.connection.directRemoteAddress),
  remote_ip: (config, name) => cidr(config, name, (input) => input.connection.remoteAddress),
  header,
  url_path: urlPath,
  metadata,
  sourced_metadata: sourcedMetadata,
  filter_state: (config) => {
    const matcher = config.message('filter_state');
    const key = matcher?.string('key') ?? '';
    const test = stringOf(matcher?.message('string_match'));
    return (input) => {
      const found = input.filterState.get(key);
      return found?.bytes !== undefined && test(bytesToByteString(found.bytes));
    };
  },
  not_id: (config) => {
    const inner = config.message('not_id');
    const test = inner === undefined ? () => false : compilePrincipal(inner);
    return (input) => !test(input);
  },
};

function stringOf(config: ConfigReader | undefined): StringPredicate {
  return config === undefined ? () => true : compileStringMatcher(config);
}

function compileBy(table: Readonly<Record<string, Make>>, config: ConfigReader, what: string): RbacTest {
  for (const [name, make] of Object.entries(table)) if (config.has(name)) return make(config, name);
  const [unknown] = Object.keys(config.value);
  throw new ConfigError(unknown === undefined ? `${what}: one kind must be set` : `${what} ${unknown} is not simulated`);
}

export function compilePermission(config: ConfigReader): RbacTest {
  return compileBy(permissions, config, 'RBAC permission');
}

export function compilePrincipal(config: ConfigReader): RbacTest {
  return compileBy(principals, config, 'RBAC principal');
}
