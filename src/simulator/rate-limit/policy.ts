import { asNumber, asString, isObject } from '#base/json.ts';
import type { ConfigReader } from '../config-reader.ts';
import { compileFormat } from '../format/formatter.ts';
import { enumName } from '../format/header-operations.ts';
import { compileAction, compileMetadataKey } from './actions.ts';
import type { Descriptor, DescriptorContext, DescriptorEntry } from './descriptor.ts';
import { units } from './descriptor.ts';

const MAXIMUM_HITS = 1_000_000_000n;
const limitOptions = ['UNSPECIFIED', 'OFF', 'DRAFT_VERSION_03'] as const;

/** One `config.route.v3.RateLimit`. */
export interface RateLimitPolicy {
  readonly stage: number;
  readonly disableKey: string;
  /** Counted when the stream is over, not when it begins. */
  readonly onStreamDone: boolean;
  /** What the request counts as; undefined where an action finds nothing. */
  describe(context: DescriptorContext): Descriptor | undefined;
}

/** Policies of routes take no notice of hits (measured). */
export type Dialect = 'route' | 'filter';

/** Envoy `RateLimitPolicyEntryImpl`, and `RateLimitPolicy` of `extensions/filters/common/ratelimit_config`. */
export function compileRateLimits(configs: readonly ConfigReader[], dialect: Dialect): readonly RateLimitPolicy[] {
  return configs.map((config) => {
    const actions = config.messages('actions').map(compileAction);
    const limit = compileLimit(config.message('limit'));
    const hits = compileHits(dialect === 'filter' ? config.message('hits_addend') : undefined);
    const isNegativeHits = config.message('hits_addend')?.bool('is_negative_hits') ?? false;
    const option = enumName(config.raw('x_ratelimit_option'), limitOptions) ?? 'UNSPECIFIED';
    return {
      stage: config.number('stage', 0),
      disableKey: config.string('disable_key'),
      onStreamDone: config.bool('apply_on_stream_done'),
      describe(context) {
        const entries: DescriptorEntry[] = [];
        for (const action of actions) {
          const entry = action(context);
          if (entry === undefined) return undefined;
          if (entry !== 'skip') entries.push(entry);
        }
        const hitsAddend = hits?.(context);
        if (hits !== undefined && hitsAddend === undefined) return undefined;
        return {
          entries,
          limit: limit(context),
          hitsAddend,
          isNegativeHits,
          limitHeaders: option === 'UNSPECIFIED' ? undefined : option === 'DRAFT_VERSION_03',
        };
      },
    };
  });
}

function compileLimit(config: ConfigReader | undefined): (context: DescriptorContext) => Descriptor['limit'] {
  const fixed = config?.message('rate_limit');
  if (fixed !== undefined) {
    const limit = { requestsPerUnit: fixed.number('requests_per_unit', 0), unit: unitNumber(fixed.raw('unit')) };
    return () => limit;
  }
  const dynamic = config?.message('dynamic_metadata');
  if (dynamic === undefined) return () => undefined;
  const read = compileMetadataKey(dynamic.message('metadata_key'));
  return ({ stream }) => {
    const value = read(Object.fromEntries(stream.info.dynamicMetadata));
    if (!isObject(value)) return undefined;
    const requests = asNumber(value['requests_per_unit']);
    const unit = asString(value['unit']);
    const number = units.findIndex((name) => name === unit);
    return requests === undefined || number < 0 ? undefined : { requestsPerUnit: Math.trunc(requests), unit: number };
  };
}

function unitNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  return Math.max(
    0,
    units.findIndex((name) => name === value),
  );
}

/** How often the request counts; a format that gives no number leaves the descriptor out. */
function compileHits(config: ConfigReader | undefined): ((context: DescriptorContext) => bigint | undefined) | undefined {
  if (config === undefined) return undefined;
  const number = config.number('number');
  if (number !== undefined) return () => BigInt(number);
  const format = compileFormat(config.string('format'), true);
  return (context) => {
    const text = format(context.format);
    if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
    const hits = BigInt(text.split('.')[0] ?? '0');
    return hits > MAXIMUM_HITS ? undefined : hits;
  };
}

/** The descriptors of the policies of one stage, in order. */
export function describeAll(
  policies: readonly RateLimitPolicy[],
  context: DescriptorContext,
  stage: number | undefined,
  onStreamDone: boolean,
): readonly Descriptor[] {
  return policies.flatMap((policy) => {
    if ((stage !== undefined && policy.stage !== stage) || policy.onStreamDone !== onStreamDone) return [];
    const descriptor = policy.describe(context);
    return descriptor === undefined ? [] : [descriptor];
  });
}
