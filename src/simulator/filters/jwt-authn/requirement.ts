import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { lowerName } from '../../http/headers.ts';
import type { Demand, VerifyContext } from './authenticator.ts';
import { authenticate } from './authenticator.ts';
import { Extractor } from './extractor.ts';
import type { KeySource } from './key-source.ts';
import { audienceSet } from './provider.ts';
import type { Status } from './status.ts';

/** Verifies one request; `done` is called once, perhaps later. */
export type Verifier = (context: VerifyContext, done: (status: Status) => void) => void;

/** All providers of a filter. */
export class Providers {
  readonly all: readonly KeySource[];

  constructor(all: readonly KeySource[]) {
    this.all = all;
  }

  named(name: string): KeySource {
    const found = this.all.find((source) => source.provider.name === name);
    if (found === undefined) throw new ConfigError(`Required provider ['${name}'] is not configured.`);
    return found;
  }

  /** The first provider of this issuer; for a token that names one, otherwise the first that takes any. */
  readonly byIssuer = (issuer: string): KeySource | undefined => {
    const own = this.all.find((source) => source.provider.issuer === issuer);
    return own ?? this.all.find((source) => source.provider.issuer === '');
  };
}

const kinds = [
  'provider_name',
  'provider_and_audiences',
  'requires_any',
  'requires_all',
  'allow_missing_or_failed',
  'allow_missing',
  'extract_only_without_validation',
] as const;

/** A `JwtRequirement` (envoy `jwt_authn/verifier.cc`). */
export function compileRequirement(config: ConfigReader, providers: Providers): Verifier {
  const kind = config.which(...kinds);
  switch (kind) {
    case 'provider_name':
      return ofProvider(providers.named(config.string('provider_name')), undefined, providers);
    case 'provider_and_audiences': {
      const named = config.message(kind);
      const audiences = named?.strings('audiences') ?? [];
      return ofProvider(
        providers.named(named?.string('provider_name') ?? ''),
        audiences.length === 0 ? undefined : audienceSet(audiences),
        providers,
      );
    }
    case 'requires_any':
      return requiresAny(inner(config, kind), providers);
    case 'requires_all':
      return requiresAll(inner(config, kind).map((item) => compileRequirement(item, providers)));
    case 'allow_missing_or_failed':
      return ofAnyProvider(providers, { allowFailed: true, unverifiedHeader: '' });
    case 'allow_missing':
      return ofAnyProvider(providers, { allowFailed: false, unverifiedHeader: '' });
    case 'extract_only_without_validation': {
      const name = config.message(kind)?.string('verification_status_header') ?? '';
      return ofAnyProvider(providers, { allowFailed: true, unverifiedHeader: lowerName(name) || 'x-jwt-signature-verified' });
    }
    case undefined:
    default:
      return (_, done) => done('Ok');
  }
}

function inner(config: ConfigReader, kind: 'requires_any' | 'requires_all'): readonly ConfigReader[] {
  return config.message(kind)?.messages('requirements') ?? [];
}

function ofProvider(source: KeySource, audiences: ReadonlySet<string> | undefined, providers: Providers): Verifier {
  const extractor = new Extractor([source.provider]);
  return verifierOf(extractor, {
    provider: source,
    byIssuer: providers.byIssuer,
    audiences,
    allowFailed: false,
    allowMissing: false,
    unverifiedHeader: '',
  });
}

function ofAnyProvider(providers: Providers, how: Pick<Demand, 'allowFailed' | 'unverifiedHeader'>): Verifier {
  const extractor = new Extractor(providers.all.map((source) => source.provider));
  return verifierOf(extractor, { provider: undefined, byIssuer: providers.byIssuer, audiences: undefined, allowMissing: true, ...how });
}

function verifierOf(extractor: Extractor, demand: Demand): Verifier {
  return (context, done) => {
    extractor.sanitize(context.headers);
    authenticate(context, demand, extractor.extract(context.headers), done);
  };
}

/** One after the other until one of them is satisfied; otherwise the most telling failure. */
function requiresAny(configs: readonly ConfigReader[], providers: Providers): Verifier {
  const mayFail = configs.some((config) => config.has('allow_missing_or_failed'));
  const mayMiss = configs.some((config) => config.has('allow_missing'));
  const verifiers = configs
    .filter((config) => !config.has('allow_missing_or_failed') && !config.has('allow_missing'))
    .map((config) => compileRequirement(config, providers));
  if (verifiers.length === 0 && (mayFail || mayMiss))
    verifiers.push(ofAnyProvider(providers, { allowFailed: mayFail, unverifiedHeader: '' }));
  return (context, done) => {
    const results = new Map<Verifier, Status>();
    let over = false;
    const finish = (status: Status): void => {
      over = true;
      done(status);
    };
    for (const verifier of verifiers) {
      if (over) return;
      verifier(context, (status) => {
        if (over) return;
        results.set(verifier, status);
        if (status === 'Ok') finish('Ok');
        else if (results.size === verifiers.length) {
          const worst = mostTelling(verifiers.map((item) => results.get(item) ?? 'JwtMissed'));
          finish(mayFail || (mayMiss && worst === 'JwtMissed') ? 'Ok' : worst);
        }
      });
    }
  };
}

/** A missing token says less than one of an unknown issuer, and that less than any other failure. */
function mostTelling(statuses: readonly Status[]): Status {
  let worst: Status = 'JwtMissed';
  for (const status of statuses) {
    if ((status !== 'JwtMissed' && status !== 'JwtUnknownIssuer') || worst === 'JwtMissed') worst = status;
  }
  return worst;
}

function requiresAll(verifiers: readonly Verifier[]): Verifier {
  return (context, done) => {
    let finished = 0;
    let over = false;
    for (const verifier of verifiers) {
      if (over) return;
      verifier(context, (status) => {
        if (over || (++finished < verifiers.length && status === 'Ok')) return;
        over = true;
        done(status);
      });
    }
  };
}
