import type { HttpFilterType } from '../filter-type.ts';
import { compileMatching, create } from './extension-with-matcher.ts';

/** envoy.filters.http.composite with a matcher of its own; without one it does nothing (envoy `source/extensions/filters/http/composite`). */
export const filterType: HttpFilterType = {
  async compile(config, context) {
    const matcher = config.message('matcher');
    if (matcher === undefined) return { create: () => ({}) };
    const own = await compileMatching(matcher, context);
    return { create: (callbacks) => create(callbacks, context, own, undefined) };
  },
};
