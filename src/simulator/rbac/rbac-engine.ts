import type { ConfigReader } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import type { RbacInput, RbacTest } from './rbac-input.ts';
import { compilePermission, compilePrincipal } from './rbac-matchers.ts';

export interface RbacVerdict {
  readonly allowed: boolean;
  /** The policy that matched; undefined if none did. */
  readonly policy: string | undefined;
}

export interface RbacEngine {
  judge(input: RbacInput): RbacVerdict;
  readonly action: 'ALLOW' | 'DENY' | 'LOG';
}

const actions = ['ALLOW', 'DENY', 'LOG'] as const;

/** `config.rbac.v3.RBAC` (envoy `source/extensions/filters/common/rbac/engine_impl.cc`): policies in the order of their names, the first match decides. */
export function compileRbac(config: ConfigReader): RbacEngine {
  const action = enumName(config.raw('action'), actions) ?? 'ALLOW';
  config.ignore('audit_logging_options');
  const policies = config
    .map('policies')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, policy]) => ({ name, matches: compilePolicy(policy) }));
  return {
    action,
    judge(input) {
      const policy = policies.find(({ matches }) => matches(input))?.name;
      const matched = policy !== undefined;
      return { allowed: action === 'LOG' || (action === 'ALLOW') === matched, policy };
    },
  };
}

function compilePolicy(policy: ConfigReader): RbacTest {
  const permissions = policy.messages('permissions').map(compilePermission);
  const principals = policy.messages('principals').map(compilePrincipal);
  return (input) => permissions.some((test) => test(input)) && principals.some((test) => test(input));
}
