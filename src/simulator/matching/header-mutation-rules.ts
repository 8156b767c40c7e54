import type { ByteString } from '#base/bytes.ts';
import type { ConfigReader } from '../config-reader.ts';
import { compileFullMatch } from './regex.ts';

export type MutationCheck = 'ok' | 'ignore' | 'fail';

/** What an outside service may do to the headers of a request. */
export type MutationRules = (operation: 'set' | 'append' | 'remove', name: ByteString, value: ByteString) => MutationCheck;

const routing = new Set([':authority', 'host', ':scheme', ':method']);

/**
 * `config.common.mutation_rules.v3.HeaderMutationRules` (envoy `source/extensions/filters/common/mutation_rules/mutation_rules.cc`). Names come in lower case.
 */
export function compileMutationRules(config: ConfigReader | undefined): MutationRules {
  const allowRouting = config?.bool('allow_all_routing') ?? false;
  const allowEnvoy = config?.bool('allow_envoy') ?? false;
  const disallowSystem = config?.bool('disallow_system') ?? false;
  const disallowAll = config?.bool('disallow_all') ?? false;
  const isError = config?.bool('disallow_is_error') ?? false;
  const allow = expression(config?.message('allow_expression'));
  const disallow = expression(config?.message('disallow_expression'));
  const permitted = (name: ByteString): boolean => {
    if (disallow?.(name) === true) return false;
    if (allow?.(name) === true) return true;
    if (disallowAll) return false;
    if (routing.has(name)) return allowRouting;
    if (name.startsWith(':') && disallowSystem) return false;
    return !name.startsWith('x-envoy-') || allowEnvoy;
  };
  return (operation, name, value) => {
    if (operation === 'remove' && (name.startsWith(':') || name === 'host')) return isError ? 'fail' : 'ignore';
    if (operation !== 'remove' && !isAcceptable(name, value)) return isError ? 'fail' : 'ignore';
    if (permitted(name)) return 'ok';
    return isError ? 'fail' : 'ignore';
  };
}

function expression(config: ConfigReader | undefined): ((name: ByteString) => boolean) | undefined {
  return config === undefined ? undefined : compileFullMatch(config.string('regex'));
}

/** A status must be a number of at least 200, authority and scheme must be such. */
function isAcceptable(name: ByteString, value: ByteString): boolean {
  if (name === ':status') return /^\d+$/.test(value) && Number(value) >= 200;
  if (name === ':scheme') return /^https?$/.test(value);
  if (name === ':authority' || name === 'host') return !/[\s/@]/.test(value);
  return true;
}
