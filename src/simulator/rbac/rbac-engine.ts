import type { ConfigReader } from '../config-reader.ts';
import { celFromProto } from '../cel/from-proto.ts';
import { evaluateCel } from '../cel/evaluate.ts';
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
  const condition = compileCondition(policy);
  return (input) =>
    permissions.some((test) => test(input)) && principals.some((test) => test(input)) && (condition === undefined || condition(input));
}

/** A CEL condition beside permissions and principals; what is no truth value does not hold. */
function compileCondition(policy: ConfigReader): RbacTest | undefined {
  policy.message('cel_config')?.accept();
  const expr = policy.message('condition') ?? policy.message('checked_condition')?.message('expr');
  if (expr === undefined) return undefined;
  const node = celFromProto(expr);
  return ({ activation }) => {
    if (activation === undefined) return false;
    const value = evaluateCel(node, activation);
    return value.kind === 'bool' && value.value;
  };
}
