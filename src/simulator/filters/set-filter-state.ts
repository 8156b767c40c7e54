import type { ByteString } from '#base/bytes.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { FormatContext } from '../format/formatter.ts';
import type { FilterStates } from '../http/filter-state.ts';
import { makeFilterStateObject } from '../http/filter-state.ts';
import { HeadersStatus } from '../http/filter.ts';
import type { HttpFilter } from '../http/filter.ts';
import { bodyFormat } from '../router/direct-action.ts';
import type { HttpFilterType } from './filter-type.ts';
import { allRouteOptions } from './filter-type.ts';
import { tell } from './tell.ts';

/** One object of the filter state, as configured. */
interface StateValue {
  readonly key: string;
  readonly factory: string;
  readonly format: (context: FormatContext) => ByteString;
  readonly skipIfEmpty: boolean;
}

/** envoy.filters.http.set_filter_state (envoy `source/extensions/filters/http/set_filter_state`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readStateValues(config);
    const clears = config.bool('clear_route_cache');
    const routes = allRouteOptions(context, readRoute);
    return {
      create: (callbacks): HttpFilter => ({
        decodeHeaders() {
          const { stream } = callbacks;
          const levels = [{ values: own, clears }, ...routes(callbacks).toReversed()];
          for (const level of levels) {
            for (const value of level.values) {
              const text = setStateValue(value, stream.manager.formatContext(stream), stream.info.filterState);
              tell(callbacks, 'request', 'filter-state', () => wordsOf(value.key, text));
            }
          }
          if (levels.some((level) => level.clears)) stream.routes.clear();
          return HeadersStatus.Continue;
        },
      }),
    };
  },
};

function readRoute(config: ConfigReader): { readonly values: readonly StateValue[]; readonly clears: boolean } {
  return { values: readStateValues(config), clears: config.bool('clear_route_cache') };
}

function readStateValues(config: ConfigReader): readonly StateValue[] {
  return config.messages('on_request_headers').map((value) => {
    // Nobody here looks at who may overwrite an object or which upstream connection shares it.
    value.ignore('read_only', 'shared_with_upstream');
    const key = value.string('object_key');
    const factory = value.string('factory_key') || key;
    if (makeFilterStateObject(factory, '') === 'unknown') throw new ConfigError(`'${factory}' does not have an object factory`);
    const format = value.message('format_string');
    return { key, factory, format: format === undefined ? () => '' : bodyFormat(format), skipIfEmpty: value.bool('skip_if_empty') };
  });
}

/** Sets one object; the text it was made of, or undefined where there is none. */
function setStateValue(value: StateValue, context: FormatContext, state: FilterStates): ByteString | undefined {
  const text = value.format(context);
  if (text === '' && value.skipIfEmpty) return undefined;
  const object = makeFilterStateObject(value.factory, text);
  if (typeof object === 'string') return undefined;
  state.set(value.key, object);
  return text;
}

function wordsOf(key: string, text: ByteString | undefined): string {
  return text === undefined ? `Filter state ${key} is not set: there is no value that fits` : `Filter state ${key} is ${text}`;
}
