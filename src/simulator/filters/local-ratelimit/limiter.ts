import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { Descriptor, DescriptorEntry } from '../../rate-limit/descriptor.ts';
import { TokenBucket } from '../../token-bucket.ts';

/** Whether a request may pass, and the bucket that tells the client what is left. */
export interface LimitResult {
  readonly allowed: boolean;
  readonly bucket: TokenBucket | undefined;
  /** The limit only watches. */
  readonly isShadow: boolean;
  /** What the policy says about `x-ratelimit-*`. */
  readonly limitHeaders: boolean | undefined;
}

interface LimitedDescriptor {
  readonly entries: readonly DescriptorEntry[];
  readonly isShadow: boolean;
  makeBucket(): TokenBucket;
}

interface Match {
  readonly bucket: TokenBucket;
  readonly isShadow: boolean;
  readonly descriptor: Descriptor;
}

const SHORTEST_FILL_MS = 50;

/** A `TokenBucket` message; `make` gives a full bucket. */
export function compileBucket(config: ConfigReader, now: () => bigint): () => TokenBucket {
  const max = config.number('max_tokens', 0);
  const perFill = config.number('tokens_per_fill', 1);
  const interval = config.duration('fill_interval') ?? 0;
  if (interval > 0 && interval < SHORTEST_FILL_MS) throw new ConfigError('local rate limit token bucket fill timer must be >= 50ms');
  return () => new TokenBucket(now, max, perFill, interval);
}

export interface LimiterOptions {
  readonly makeDefault: (() => TokenBucket) | undefined;
  readonly descriptors: readonly LimitedDescriptor[];
  readonly alwaysUsesDefault: boolean;
  readonly maxDynamic: number;
}

export function compileDescriptors(configs: readonly ConfigReader[], now: () => bigint): readonly LimitedDescriptor[] {
  const seen = new Set<string>();
  return configs.map((config) => {
    const entries = config.messages('entries').map((entry): DescriptorEntry => [entry.string('key'), entry.string('value')]);
    const text = entries.map((entry) => entry.join('=')).join(', ');
    if (seen.has(text)) throw new ConfigError(`duplicate descriptor in the local rate descriptor: ${text}`);
    seen.add(text);
    const bucket = config.message('token_bucket');
    const makeBucket = bucket === undefined ? () => new TokenBucket(now, 0, 1, 0) : compileBucket(bucket, now);
    return { entries, isShadow: config.bool('shadow_mode'), makeBucket };
  });
}

/** The buckets of one configuration (envoy `source/extensions/filters/common/local_ratelimit/local_ratelimit_impl.cc`). */
export class Limiter {
  readonly #options: LimiterOptions;
  readonly #default: TokenBucket | undefined;
  readonly #fixed = new Map<string, { readonly bucket: TokenBucket; readonly isShadow: boolean }>();
  readonly #wildcards: readonly { readonly descriptor: LimitedDescriptor; readonly buckets: Map<string, TokenBucket> }[];

  constructor(options: LimiterOptions) {
    this.#options = options;
    this.#default = options.makeDefault?.();
    const isWildcard = ({ entries }: LimitedDescriptor): boolean => entries.some(([, value]) => value === '');
    for (const descriptor of options.descriptors) {
      if (!isWildcard(descriptor)) {
        this.#fixed.set(keyOf(descriptor.entries), { bucket: descriptor.makeBucket(), isShadow: descriptor.isShadow });
      }
    }
    this.#wildcards = options.descriptors.filter(isWildcard).map((descriptor) => ({ descriptor, buckets: new Map() }));
  }

  /** Takes tokens of every bucket that applies, the slowest first, until one has none left. */
  ask(descriptors: readonly Descriptor[]): LimitResult {
    const matches = descriptors.flatMap((descriptor) => this.#match(descriptor)).toSorted((a, b) => a.bucket.fillRate - b.bucket.fillRate);
    for (const { bucket, isShadow, descriptor } of matches) {
      if (!bucket.take(Number(descriptor.hitsAddend ?? 1n))) {
        return { allowed: false, bucket, isShadow, limitHeaders: descriptor.limitHeaders };
      }
    }
    const [first] = matches;
    const shown = { isShadow: false, limitHeaders: first?.descriptor.limitHeaders };
    if (first !== undefined && !this.#options.alwaysUsesDefault) return { allowed: true, bucket: first.bucket, ...shown };
    if (this.#default?.take() === false) return { allowed: false, bucket: this.#default, isShadow: false, limitHeaders: undefined };
    return { allowed: true, bucket: first?.bucket ?? this.#default, ...shown };
  }

  #match(descriptor: Descriptor): readonly Match[] {
    const fixed = this.#fixed.get(keyOf(descriptor.entries));
    if (fixed !== undefined) return [{ ...fixed, descriptor }];
    for (const { descriptor: pattern, buckets } of this.#wildcards) {
      if (fits(pattern.entries, descriptor.entries)) {
        return [{ bucket: this.#dynamic(pattern, buckets, descriptor), isShadow: pattern.isShadow, descriptor }];
      }
    }
    return [];
  }

  /** The bucket of one value of a wildcard; the one that was not asked for the longest time makes room. */
  #dynamic(pattern: LimitedDescriptor, buckets: Map<string, TokenBucket>, { entries }: Descriptor): TokenBucket {
    const key = keyOf(entries);
    const bucket = buckets.get(key) ?? pattern.makeBucket();
    buckets.delete(key);
    buckets.set(key, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > this.#options.maxDynamic && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  }
}

function keyOf(entries: readonly DescriptorEntry[]): string {
  return JSON.stringify(entries);
}

function fits(pattern: readonly DescriptorEntry[], entries: readonly DescriptorEntry[]): boolean {
  if (pattern.length !== entries.length) return false;
  return pattern.every(([key, value], i) => key === entries[i]?.[0] && (value === '' || value === entries[i]?.[1]));
}
