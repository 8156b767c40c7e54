import type { ConfigReader } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import type { HttpStream } from '../http/stream.ts';
import { compileMatcherTree } from '../matching/matcher-tree.ts';
import { compileStreamInput, compileStreamMatcher } from '../matching/stream-matching.ts';
import type { RbacVerdict } from './rbac-engine.ts';
import type { RbacInput } from './rbac-input.ts';

/** Policies or a matcher, asked about one request. */
export interface Engine {
  judge(asked: { readonly input: RbacInput; readonly stream: HttpStream }): RbacVerdict & { readonly isLog: boolean };
}

interface RbacAction {
  readonly name: string;
  readonly action: 'ALLOW' | 'DENY' | 'LOG';
}

const actions = ['ALLOW', 'DENY', 'LOG'] as const;

/** A matcher in place of policies (envoy `RoleBasedAccessControlMatcherEngineImpl`): what nothing matches is denied. */
export function compileMatcherRbac(config: ConfigReader): Engine {
  const tree = compileMatcherTree<HttpStream, RbacAction>(config, {
    input: compileStreamInput,
    custom: compileStreamMatcher,
    action: (_, action) => ({ name: action.string('name'), action: enumName(action.raw('action'), actions) ?? 'ALLOW' }),
  });
  return {
    judge({ stream }) {
      const found = tree(stream);
      if (found === undefined) return { allowed: false, policy: undefined, isLog: false };
      return { allowed: found.action !== 'DENY', policy: found.name, isLog: found.action === 'LOG' };
    },
  };
}
