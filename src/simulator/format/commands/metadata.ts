import { bytesToByteString } from '#base/bytes.ts';
import { ConfigError } from '../../config-error.ts';
import type { FormatContext, FormatValue } from '../formatter.ts';
import type { Commands } from './command.ts';
import { optional, required, valueAt } from './command.ts';

/** Things whose configured metadata can be asked for by `METADATA`. */
export const metadataKinds = ['CLUSTER', 'ROUTE', 'UPSTREAM_HOST', 'LISTENER', 'LISTENER_FILTER_CHAIN', 'VIRTUAL_HOST'] as const;
export type MetadataKind = (typeof metadataKinds)[number];

function dynamic(path: readonly string[]): (context: FormatContext) => FormatValue {
  const [namespace = '', ...rest] = path;
  return (context) => valueAt(context.info.dynamicMetadata.get(namespace), rest);
}

function configured(kind: MetadataKind, path: readonly string[]): (context: FormatContext) => FormatValue {
  return (context) => valueAt(context.metadata?.(kind), path);
}

function filterState(argument: string): (context: FormatContext) => FormatValue {
  const [key = '', form = 'TYPED', field = ''] = argument.split(':');
  if (key === '') throw new ConfigError('Invalid filter state configuration, key cannot be empty.');
  if (form !== 'TYPED' && form !== 'PLAIN' && form !== 'FIELD') {
    throw new ConfigError('Invalid filter state serialize type, only support PLAIN/TYPED/FIELD.');
  }
  return (context) => {
    const found = context.info.filterState.get(key);
    if (form === 'FIELD') return found?.fields?.[field];
    return found?.bytes === undefined ? undefined : bytesToByteString(found.bytes);
  };
}

/** Metadata of the stream and of what is configured, and the filter state. */
export const metadataCommands: Commands = {
  DYNAMIC_METADATA: required((argument) => dynamic(argument.split(':'))),
  METADATA: optional((argument) => {
    const [kind = '', ...path] = argument.split(':');
    if (kind === 'DYNAMIC') return dynamic(path);
    const known = metadataKinds.find((item) => item === kind);
    if (known === undefined) throw new ConfigError(`${kind} is not supported type of metadata`.trimStart());
    return configured(known, path);
  }, true),
  CLUSTER_METADATA: required((argument) => configured('CLUSTER', argument.split(':')), false),
  UPSTREAM_METADATA: required((argument) => configured('UPSTREAM_HOST', argument.split(':')), false),
  FILTER_STATE: optional(filterState, true),
  UPSTREAM_FILTER_STATE: optional((argument) => {
    filterState(argument);
    return () => undefined;
  }, true),
};
