import type { ByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { asObject, asStringMap } from '#base/json.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { BodyBuffer } from '../../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import type { HttpFilterType } from '../filter-type.ts';
import { allRouteOptions } from '../filter-type.ts';
import { applyChange, applyResult } from './apply-result.ts';
import type { BodyOptions } from './check-attributes.ts';
import { selectHeaders } from './check-attributes.ts';
import type { CheckResult, HeaderChange, RunningCheck } from './check-result.ts';
import type { AuthConfig, RouteSettings } from './config.ts';
import { readConfig, readRoute } from './config.ts';

/** envoy.filters.http.ext_authz (envoy `source/extensions/filters/http/ext_authz`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const compiled = readConfig(config, context);
    const routes = allRouteOptions(context, (route: ConfigReader) => readRoute(route, compiled));
    return { create: (callbacks) => new ExtAuthzFilter(callbacks, compiled, () => routes(callbacks)) };
  },
};

const NAMESPACE = 'envoy.filters.http.ext_authz';

class ExtAuthzFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #config: AuthConfig;
  readonly #routes: () => readonly RouteSettings[];
  #headers: Headers | undefined;
  #buffering: BodyOptions | undefined;
  #check: RunningCheck | undefined;
  #calling = false;
  #stopped = false;
  #initiating = false;
  #askedNs = 0n;
  #response: readonly HeaderChange[] = [];

  constructor(callbacks: ActiveFilter, config: AuthConfig, routes: () => readonly RouteSettings[]) {
    this.#callbacks = callbacks;
    this.#config = config;
    this.#routes = routes;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    const { stream } = this.#callbacks;
    if (stream.routes.get() === undefined) return HeadersStatus.Continue;
    const [route] = this.#routes();
    if (route?.disabled === true) return HeadersStatus.Continue;
    if (!this.#config.enabled(stream)) {
      this.#config.count('disabled');
      if (!this.#config.denyAtDisable) return HeadersStatus.Continue;
      this.#reply(this.#config.statusOnError, '', 'ext_authz_error');
      return HeadersStatus.StopIteration;
    }
    this.#headers = headers;
    const body = route?.noBody === true ? undefined : (route?.body ?? this.#config.body);
    if (body !== undefined && !endStream) {
      this.#buffering = body;
      if (!body.partial) stream.setBufferLimit(body.maxBytes);
      return HeadersStatus.StopIteration;
    }
    this.#ask(headers, undefined);
    return this.#stopped ? HeadersStatus.StopAllIterationAndWatermark : HeadersStatus.Continue;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    const options = this.#buffering;
    if (options === undefined || this.#headers === undefined) return DataStatus.Continue;
    const collected = data.length + (this.#callbacks.decodingBuffer?.length ?? 0);
    if (!endStream && !(options.partial && collected >= options.maxBytes)) return DataStatus.StopIterationAndBuffer;
    this.#callbacks.addDecodedData(data, true);
    this.#ask(this.#headers, options);
    return this.#stopped ? DataStatus.StopIterationAndWatermark : DataStatus.Continue;
  }

  decodeTrailers(): TrailersResult {
    if (this.#buffering === undefined || this.#headers === undefined) return TrailersStatus.Continue;
    if (!this.#stopped) this.#ask(this.#headers, this.#buffering);
    return this.#stopped ? TrailersStatus.StopIteration : TrailersStatus.Continue;
  }

  encodeHeaders(headers: Headers): HeadersResult {
    // Envoy keeps four lists and works through them one after the other.
    for (const kind of ['add', 'set', 'add-if-absent', 'set-if-exists'] as const) {
      for (const change of this.#response) if (change.kind === kind) applyChange(headers, change);
    }
    return HeadersStatus.Continue;
  }

  onDestroy(): void {
    if (this.#calling) this.#check?.cancel();
  }

  #ask(headers: Headers, options: BodyOptions | undefined): void {
    const { stream } = this.#callbacks;
    const config = this.#config;
    const settings = this.#routes();
    const buffered = options === undefined || options.maxBytes === 0 ? undefined : this.#callbacks.decodingBuffer;
    const length = Math.min(buffered?.length ?? 0, options?.maxBytes ?? 0);
    const partial = buffered === undefined ? undefined : length !== buffered.length;
    const metadata: Record<string, JsonObject> = {};
    for (const name of config.metadataNamespaces) {
      const values = stream.info.dynamicMetadata.get(name);
      if (values !== undefined) metadata[name] = values;
    }
    const routeMetadata = asObject(stream.routes.get()?.metadata);
    const namespaces = asObject(routeMetadata['filter_metadata'] ?? routeMetadata['filterMetadata']);
    const context = new Map(settings.toReversed().flatMap((route) => Object.entries(asStringMap(route.context))));
    const service = settings[0]?.service ?? config.service;
    this.#calling = true;
    this.#askedNs = stream.manager.loop.nowNs;
    this.#stopped = true;
    this.#initiating = true;
    const check = service(
      {
        callbacks: this.#callbacks,
        headers,
        selected: selectHeaders(headers, config.selection, partial),
        body: buffered?.bytes(0, length).slice(),
        bodyAsBytes: options?.asBytes === true,
        contextExtensions: context,
        metadata,
        routeMetadata: Object.fromEntries(
          config.routeNamespaces.flatMap((name) => (namespaces[name] === undefined ? [] : [[name, namespaces[name]]])),
        ),
      },
      (result) => this.#answered(headers, result),
    );
    this.#initiating = false;
    this.#check = check;
  }

  #answered(headers: Headers, result: CheckResult): void {
    const { stream } = this.#callbacks;
    const config = this.#config;
    this.#calling = false;
    if (result.invalidAction && config.validate) {
      this.#reject();
      return;
    }
    if (Object.keys(result.metadata).length > 0) {
      const took = Math.floor(Number(stream.manager.loop.nowNs - this.#askedNs) / 1e6);
      const timed = result.status === 'ok' ? { ...result.metadata, ext_authz_duration: took } : result.metadata;
      if (config.ingestMetadata) stream.info.setDynamicMetadata(NAMESPACE, timed);
      else config.count('ignored_dynamic_metadata');
    }
    if (result.status === 'ok') this.#allow(headers, result);
    else if (result.status === 'denied') this.#deny(result);
    else this.#failed(headers, result);
  }

  #allow(headers: Headers, result: CheckResult): void {
    const changesPath = result.setParameters.length + result.removeParameters.length > 0;
    const touched = [...result.request.map(({ name }) => name), ...result.remove];
    if (this.#config.clearsRoute(touched, changesPath)) this.#callbacks.stream.routes.clear();
    if (!applyResult(headers, result, this.#config)) {
      this.#reject();
      return;
    }
    this.#response = result.response;
    this.#config.countBoth('ok', this.#callbacks.stream);
    this.#continue();
  }

  #deny(result: CheckResult): void {
    const config = this.#config;
    config.countBoth('denied', this.#callbacks.stream);
    if (config.shadow) {
      config.count('shadow_denied');
      this.#continue();
      return;
    }
    if (config.validate && result.reply.some(({ name, value }) => !config.valid(name, value))) {
      this.#reject();
      return;
    }
    const { maxBody } = config;
    this.#reply(
      result.code ?? config.statusOnError,
      maxBody > 0 ? result.body.slice(0, maxBody) : result.body,
      'ext_authz_denied',
      result.reply,
    );
  }

  #failed(headers: Headers, result: CheckResult): void {
    const config = this.#config;
    config.countBoth('error', this.#callbacks.stream);
    if (config.shadow) {
      config.count('shadow_error');
      this.#continue();
      return;
    }
    if (config.failureModeAllow) {
      config.countBoth('failure_mode_allowed', this.#callbacks.stream);
      if (config.failureHeader) headers.add('x-envoy-auth-failure-mode-allowed', 'true');
      this.#continue();
      return;
    }
    this.#reply(result.code ?? config.statusOnError, result.body, 'ext_authz_error', result.reply);
  }

  #reject(): void {
    this.#config.countBoth('invalid', this.#callbacks.stream);
    this.#reply(500, '', 'ext_authz_invalid');
  }

  #reply(code: number, body: ByteString, details: string, headers: readonly HeaderChange[] = []): void {
    this.#callbacks.stream.info.setFlag('UAEX');
    this.#callbacks.sendLocalReply({
      code,
      body,
      details,
      modifyHeaders: (map) => {
        for (const { name } of headers) map.remove(name);
        for (const { name, value } of headers) map.add(name, value);
      },
    });
  }

  #continue(): void {
    this.#buffering = undefined;
    this.#stopped = false;
    if (!this.#initiating) this.#callbacks.continueDecoding();
  }
}
