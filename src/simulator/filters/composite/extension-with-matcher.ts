import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { fractionOf } from '../../matching/fraction.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { HttpFilterFactory } from '../../http/http-manager.ts';
import type { HttpStream } from '../../http/stream.ts';
import type { MatcherTree } from '../../matching/matcher-tree.ts';
import { compileMatcherTree } from '../../matching/matcher-tree.ts';
import { compileStreamInput, compileStreamMatcher, looksAtResponse } from '../../matching/stream-matching.ts';
import type { FilterContext, HttpFilterType } from '../filter-type.ts';
import type { Chosen } from './composite-filter.ts';
import { CompositeFilter } from './composite-filter.ts';

type Action = { readonly kind: 'skip' } | { readonly kind: 'execute'; readonly share: number; readonly chosen: Chosen };

interface Matching {
  readonly tree: MatcherTree<HttpStream, Action>;
  readonly whenResponse: boolean;
}

const EXECUTE = 'envoy.extensions.filters.http.composite.v3.ExecuteFilterAction';
const SKIP = 'envoy.extensions.filters.common.matcher.action.v3.SkipFilter';

/**
 * `ExtensionWithMatcher` (envoy `source/common/http/match_delegate`): a filter that a matcher skips, or a composite that becomes the filter
 * its action names.
 */
export const filterType: HttpFilterType = {
  async compile(config, context) {
    const inner = config.message('extension_config');
    const message = inner?.any('typed_config');
    const matcher = config.message('xds_matcher');
    inner?.ignore('name');
    if (inner === undefined || message === undefined)
      throw new ConfigError('ExtensionWithMatcherValidationError.ExtensionConfig: value is required');
    if (matcher === undefined) throw new ConfigError('one of `matcher` and `matcher_tree` must be set.');
    const isComposite = message.typeUrl.endsWith('composite.v3.Composite');
    const own = await compileMatching(matcher, context);
    const wrapped = isComposite ? undefined : await context.compileInner(context.name, message);
    return { create: (callbacks) => create(callbacks, context, own, wrapped), ...closing(wrapped) };
  },
};

function closing(factory: HttpFilterFactory | undefined): Pick<HttpFilterFactory, 'close'> {
  return factory?.close === undefined ? {} : { close: () => factory.close?.() };
}

export async function compileMatching(config: ConfigReader, context: FilterContext): Promise<Matching> {
  const pending: Promise<void>[] = [];
  const tree = compileMatcherTree<HttpStream, Action>(config, {
    input: compileStreamInput,
    custom: compileStreamMatcher,
    action: (type, action) => {
      if (type === SKIP) return { kind: 'skip' };
      if (type !== EXECUTE) throw new ConfigError(`Didn't find a registered implementation for type URL: '${type}'`);
      return executeAction(action, context, pending);
    },
  });
  await Promise.all(pending);
  return { tree, whenResponse: looksAtResponse(config) };
}

/** `ExecuteFilterAction`: the filter is made while the listener is. */
function executeAction(config: ConfigReader, context: FilterContext, pending: Promise<void>[]): Action {
  const inner = config.message('typed_config');
  const message = inner?.any('typed_config');
  const sample = config.message('sample_percent');
  const share = sample === undefined ? 1 : fractionOf(sample.message('default_value'));
  sample?.ignore('runtime_key');
  const holder: { chosen: Chosen } = { chosen: { name: inner?.string('name') ?? '', factory: { create: () => ({}) } } };
  if (message !== undefined) {
    pending.push(
      context.compileInner(context.name, message).then((factory) => {
        holder.chosen = { name: holder.chosen.name, factory };
      }),
    );
  }
  return {
    kind: 'execute',
    share,
    get chosen() {
      return holder.chosen;
    },
  };
}

export function create(
  callbacks: ActiveFilter,
  context: FilterContext,
  own: Matching,
  wrapped: HttpFilterFactory | undefined,
): CompositeFilter {
  const { stream } = callbacks;
  return new CompositeFilter(callbacks, {
    whenResponse: own.whenResponse,
    choose() {
      const action = own.tree(stream);
      if (wrapped !== undefined) return action?.kind === 'skip' ? undefined : { name: context.name, factory: wrapped };
      if (action?.kind !== 'execute') return undefined;
      if (action.share < 1 && stream.manager.proxy.random.next() >= action.share) return undefined;
      return action.chosen;
    },
  });
}
