import { bytesToByteString } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { ConfigError } from '../../config-error.ts';
import type { HeaderPair, HeaderPairs } from '#proxywasm/host.ts';
import { compileFormat } from '../../format/formatter.ts';
import { Headers, lowerName } from '../../http/headers.ts';
import type { StringPredicate } from '../../matching/string-matcher.ts';
import { compileAny } from '../../matching/string-matcher.ts';
import type { AsyncResponse } from '../../upstreams/async-client.ts';
import { sendAsync } from '../../upstreams/async-client.ts';
import type { CheckAttributes } from './check-attributes.ts';
import { joinHeaders, PARTIAL_BODY } from './check-attributes.ts';
import type { CheckResult, HeaderChange, HeaderChangeKind, RunningCheck } from './check-result.ts';
import { emptyResult, errorResult } from './check-result.ts';

/** Asks about one request; `done` may be called at once. */
export type AuthService = (attributes: CheckAttributes, done: (result: CheckResult) => void) => RunningCheck;

const TO_REMOVE = 'x-envoy-auth-headers-to-remove';
const alwaysAsked = new Set([PARTIAL_BODY, 'authorization', ':method', ':path', ':authority', 'host']);
const alwaysAnswered = new Set([':status', 'content-length', 'www-authenticate', 'location']);

/** An authorization service that is asked by HTTP (envoy `ext_authz_http_impl.cc`). */
export function compileHttpService(config: ConfigReader, filterSelects: boolean): AuthService {
  const uri = config.message('server_uri');
  const cluster = uri?.string('cluster') ?? '';
  uri?.ignore('uri');
  const timeoutMs = uri?.duration('timeout') ?? 0;
  const prefix = config.string('path_prefix');
  const override = config.string('path_override');
  if (prefix !== '' && override !== '') throw new ConfigError('Only one of path_prefix or path_override may be set.');
  const request = config.message('authorization_request');
  // Without a selection of the filter itself only the headers that a decision always needs are passed on.
  const asked = filterSelects ? (): boolean => true : (name: string): boolean => alwaysAsked.has(name);
  const added = (request?.messages('headers_to_add') ?? []).map(
    (header) => [lowerName(header.string('key')), compileFormat(header.string('value'), true)] as const,
  );
  const answers = readAnswers(config.message('authorization_response'));
  const retries = config.message('retry_policy')?.number('num_retries', 1) ?? 0;
  config.message('retry_policy')?.accept();
  return (attributes, done) => {
    const { stream } = attributes.callbacks;
    const { proxy } = stream.manager;
    const body = attributes.body ?? new Uint8Array(0);
    const headers = Headers.request([['content-length', String(body.length)]]);
    for (const [name, value] of joinHeaders(attributes.selected)) {
      if (name === 'content-length' || !asked(name)) continue;
      headers.add(name, name === ':path' ? (override === '' ? prefix + value : override) : value);
    }
    const context = stream.manager.formatContext(stream);
    for (const [name, format] of added) headers.replace(name, format(context));
    return sendWithRetries(retries, (failed) => {
      const running = sendAsync(
        proxy,
        { cluster, headers: headers.entries(), body, timeoutMs },
        {
          success: (response) => {
            if (statusOf(response) >= 500 && failed()) return;
            done(resultOf(response, answers));
          },
          failure: () => {
            if (!failed()) done(errorResult);
          },
        },
      );
      if (running === undefined) done(errorResult);
      return running;
    });
  };
}

function sendWithRetries(retries: number, send: (failed: () => boolean) => RunningCheck | undefined): RunningCheck {
  let left = retries;
  let running: RunningCheck | undefined;
  const again = (): boolean => {
    if (left-- <= 0) return false;
    running = send(again);
    return true;
  };
  running = send(again);
  return { cancel: () => running?.cancel() };
}

interface Answers {
  readonly upstream: StringPredicate | undefined;
  readonly upstreamAppend: StringPredicate | undefined;
  readonly client: StringPredicate | undefined;
  readonly clientOnSuccess: StringPredicate | undefined;
  readonly metadata: StringPredicate | undefined;
}

function readAnswers(config: ConfigReader | undefined): Answers {
  const list = (name: string): StringPredicate | undefined => compileAny(config?.message(name)?.messages('patterns') ?? []);
  return {
    upstream: list('allowed_upstream_headers'),
    upstreamAppend: list('allowed_upstream_headers_to_append'),
    client: list('allowed_client_headers'),
    clientOnSuccess: list('allowed_client_headers_on_success'),
    metadata: list('dynamic_metadata_from_headers'),
  };
}

function statusOf({ headers }: AsyncResponse): number {
  return Number(headers.find(([name]) => name === ':status')?.[1]);
}

function changes(kind: HeaderChangeKind, headers: HeaderPairs, test: StringPredicate | undefined): readonly HeaderChange[] {
  return test === undefined ? [] : headers.filter(([name]) => test(name)).map(([name, value]) => ({ kind, name, value }));
}

function resultOf(response: AsyncResponse, answers: Answers): CheckResult {
  const status = statusOf(response);
  if (status >= 500) return errorResult;
  const metadata: Record<string, JsonValue> = {};
  for (const [name, value] of response.headers) if (answers.metadata?.(name) === true) metadata[name] = value;
  if (status === 200) {
    const headers = response.headers.filter(([name]) => name !== TO_REMOVE);
    return {
      ...emptyResult,
      status: 'ok',
      request: [...changes('set', headers, answers.upstream), ...changes('add', headers, answers.upstreamAppend)],
      remove: response.headers.filter(([name]) => name === TO_REMOVE).flatMap(([, value]) => namesOf(value)),
      response: changes('add', headers, answers.clientOnSuccess),
      metadata,
    };
  }
  const { client } = answers;
  const shown =
    client === undefined
      ? (name: string): boolean => name !== ':authority'
      : (name: string): boolean => client(name) || alwaysAnswered.has(name);
  return {
    ...emptyResult,
    status: 'denied',
    code: status,
    body: bytesToByteString(response.body),
    reply: changes('add', response.headers.filter(withoutStatus), shown),
    metadata,
  };
}

function withoutStatus([name]: HeaderPair): boolean {
  return name !== ':status';
}

function namesOf(value: string): readonly string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
