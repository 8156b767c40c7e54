import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import { hostOf } from '../http/connection-info.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../http/filter.ts';
import { HeadersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { lowerName } from '../http/headers.ts';
import { isInRange, parseAddress } from '../matching/ip.ts';
import type { HttpFilterType } from './filter-type.ts';
import { tell } from './tell.ts';

const requestTypes = ['BOTH', 'INTERNAL', 'EXTERNAL'] as const;
const actions = ['SANITIZE', 'APPEND_IF_EXISTS_OR_ADD'] as const;

interface Tag {
  readonly name: string;
  readonly ranges: readonly string[];
}

interface Tagging {
  readonly requests: (typeof requestTypes)[number];
  readonly tags: readonly Tag[];
  readonly header: { readonly name: string; readonly sanitize: boolean } | undefined;
}

/** envoy.filters.http.ip_tagging (envoy `source/extensions/filters/http/ip_tagging/ip_tagging_filter.cc`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readTagging(config);
    const count = (name: string): void => context.proxy.stats.counter(`http.${context.statPrefix}.ip_tagging.${name}`).add(1n);
    return { create: (callbacks) => new IpTaggingFilter(callbacks, own, count) };
  },
};

function readTagging(config: ConfigReader): Tagging {
  const tags = config.messages('ip_tags').map(readTag);
  if (tags.length === 0 && !config.has('ip_tags_datasource')) {
    throw new ConfigError('HTTP IP Tagging Filter requires either ip_tags or ip_tags_datasource to be specified.');
  }
  const header = config.message('ip_tag_header');
  return {
    requests: enumName(config.raw('request_type'), requestTypes) ?? 'BOTH',
    tags,
    header:
      header === undefined
        ? undefined
        : { name: lowerName(header.string('header')), sanitize: enumName(header.raw('action'), actions) !== 'APPEND_IF_EXISTS_OR_ADD' },
  };
}

function readTag(config: ConfigReader): Tag {
  const ranges = config.messages('ip_list').map((range) => {
    const prefix = range.string('address_prefix');
    const length = range.number('prefix_len', 0);
    const bytes = parseAddress(prefix);
    if (bytes === undefined || length > bytes.length * 8) {
      throw new ConfigError(`invalid ip/mask combo '${prefix}/${length}' (format is <ip>/<# mask bits>)`);
    }
    return `${prefix}/${length}`;
  });
  return { name: config.string('ip_tag_name'), ranges };
}

class IpTaggingFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #tagging: Tagging;
  readonly #count: (name: string) => void;

  constructor(callbacks: ActiveFilter, tagging: Tagging, count: (name: string) => void) {
    this.#callbacks = callbacks;
    this.#tagging = tagging;
    this.#count = count;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const tagging = this.#tagging;
    const isInternal = headers.get('x-envoy-internal') === 'true';
    if (tagging.requests === (isInternal ? 'EXTERNAL' : 'INTERNAL')) return HeadersStatus.Continue;
    const { stream } = this.#callbacks;
    const address = hostOf(stream.info.connection.remoteAddress);
    const tags = tagsOf(tagging.tags, address);
    this.#apply(headers, tags, tagging);
    if (tags.length === 0) this.#count('no_hit');
    for (const tag of tags) this.#count(`${tag}.hit`);
    this.#count('total');
    tell(this.#callbacks, 'request', 'ip-tags', () =>
      tags.length === 0 ? `${address} is in none of the ranges` : `${address} has the tags ${tags.join(', ')}`,
    );
    return HeadersStatus.Continue;
  }

  #apply(headers: Headers, tags: readonly string[], { header }: Tagging): void {
    const had = header !== undefined && headers.has(header.name);
    if (header?.sanitize === true) headers.remove(header.name);
    if (tags.length > 0) {
      const name = header?.name ?? 'x-envoy-ip-tags';
      if (header?.sanitize === true) headers.replace(name, tags.join(','));
      else headers.append(name, tags.join(','), ',');
    }
    if (tags.length > 0 || (had && header.sanitize)) this.#callbacks.stream.routes.clear();
  }
}

/** The tags of all ranges around the address. Envoy's order is that of a hash set, another in every process; here it is the configured one. */
function tagsOf(tags: readonly Tag[], address: string): readonly string[] {
  return tags.flatMap(({ name, ranges }) => (ranges.some((range) => isInRange(address, range)) ? [name] : []));
}
