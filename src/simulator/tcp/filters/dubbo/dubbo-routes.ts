import type { ConfigReader } from '../../../config-reader.ts';
import { Headers } from '../../../http/headers.ts';
import { compileHeaderMatchers } from '../../../matching/header-matcher.ts';
import { compileStringMatcher } from '../../../matching/string-matcher.ts';
import type { Proxy } from '../../../proxy.ts';
import type { HessianValue } from './hessian.ts';
import type { Invocation } from './message.ts';

type Test = (invocation: Invocation) => boolean;

export interface DubboRoute {
  readonly matches: Test;
  readonly clusterOf: (proxy: Proxy) => string;
}

/** The routes of all configurations, in their order (envoy `source/extensions/filters/network/dubbo_proxy/router/route_matcher.cc`). */
export function readRoutes(configs: readonly ConfigReader[]): readonly DubboRoute[] {
  return configs.flatMap((config) => {
    config.ignore('name');
    const service = interfaceTest(config.string('interface'));
    const version = config.string('version');
    const group = config.string('group');
    const isMine: Test = (invocation) =>
      service(invocation.service) &&
      (version === '' || invocation.version === version) &&
      (group === '' || attachment(invocation, 'group') === group);
    return config.messages('routes').map((route) => readRoute(route, isMine));
  });
}

function attachment(invocation: Invocation, name: string): string | undefined {
  return invocation.attachments.find(([key]) => key === name)?.[1];
}

/** `*` stands for one end of a name, or for every name. */
function interfaceTest(pattern: string): (name: string) => boolean {
  if (pattern === '*') return (name) => name !== '';
  if (pattern.startsWith('*')) return (name) => name.length >= pattern.length && name.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return (name) => name.length >= pattern.length && name.startsWith(pattern.slice(0, -1));
  return (name) => name === pattern;
}

function readRoute(route: ConfigReader, isMine: Test): DubboRoute {
  const match = route.message('match');
  const method = match?.message('method');
  const name = method?.message('name');
  const named = name === undefined ? () => true : compileStringMatcher(name);
  const parameters = (method?.map('params_match') ?? []).map(([index, config]) => parameterTest(Number(index), config));
  const headers = compileHeaderMatchers(match?.messages('headers') ?? []);
  return {
    matches: (invocation) =>
      isMine(invocation) &&
      headers(Headers.request(invocation.attachments)) &&
      invocation.method !== '' &&
      named(invocation.method) &&
      parameters.every((test) => test(invocation)),
    clusterOf: clusterPicker(route.message('route')),
  };
}

/** Only texts can be compared (measured: a number matches nothing). */
function parameterTest(index: number, config: ConfigReader): Test {
  const range = config.message('range_match');
  const exact = config.string('exact_match');
  const start = range?.number('start', 0) ?? 0;
  const end = range?.number('end', 0) ?? 0;
  const test = (value: HessianValue): boolean => {
    if (typeof value !== 'string') return false;
    if (range === undefined) return exact === '' || value === exact;
    return /^\s*[-+]?\d+\s*$/.test(value) && Number(value) >= start && Number(value) < end;
  };
  return ({ parameters }) => index < parameters.length && test(parameters[index]);
}

function clusterPicker(action: ConfigReader | undefined): DubboRoute['clusterOf'] {
  const weighted = (action?.message('weighted_clusters')?.messages('clusters') ?? []).map((item) => ({
    name: item.string('name'),
    weight: item.number('weight', 0),
  }));
  const cluster = action?.string('cluster') ?? '';
  if (weighted.length === 0) return () => cluster;
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  return (proxy) => {
    let draw = proxy.random.next() * total;
    return weighted.find(({ weight }) => (draw -= weight) < 0)?.name ?? '';
  };
}
