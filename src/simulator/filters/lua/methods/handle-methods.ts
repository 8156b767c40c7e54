import { byteStringToBytes, bytesToBase64, bytesToByteString, base64ToBytes } from '#base/bytes.ts';
import { hostOf } from '../../../http/connection-info.ts';
import { Headers } from '../../../http/headers.ts';
import { parseAddress } from '../../../matching/ip.ts';
import { headersOf } from '../lua-json.ts';
import type { Arguments } from '../script-error.ts';
import type { HostClass, MethodResult } from '../objects.ts';
import { ScriptError } from '../script-error.ts';
import type { StreamRun } from '../stream-run.ts';
import { importPublicKey, verifySignature } from './crypto-methods.ts';
import { headerClass } from './header-methods.ts';
import { httpCall } from './http-call.ts';
import { connectionClass, connectionStreamInfoClass, streamInfoClass } from './info-methods.ts';
import { logMethods } from './log-methods.ts';
import { metadataClass } from './metadata-methods.ts';
import { metadataOfClass, routeMetadata } from './route-methods.ts';
import { statsClass } from './stats-methods.ts';

/** The handle that `envoy_on_request` and `envoy_on_response` get (envoy `StreamHandleWrapper`). */
export const handleClass: HostClass<StreamRun, StreamRun> = {
  name: 'handle',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua19StreamHandleWrapperE',
  methods: {
    ...logMethods,
    headers: (run) => [run.headersObject()],
    body(run, args) {
      const always = args.count >= 2 && args.boolean(2);
      if (run.ended) {
        if (!run.bufferedBody && run.sawBody) throw new ScriptError('cannot call body() after body has been streamed');
        return run.wholeBody(always);
      }
      if (run.sawBody) throw new ScriptError('cannot call body() after body streaming has started');
      run.state = 'body';
      run.bufferedBody = true;
      return 'wait';
    },
    bodyChunks(run) {
      if (run.sawBody) throw new ScriptError('cannot call bodyChunks after body processing has begun');
      return [];
    },
    nextChunk(run) {
      if (run.ended) return [];
      run.state = 'body chunk';
      return 'wait';
    },
    trailers(run) {
      if (run.trailers !== undefined) return [run.trailersObject(run.trailers)];
      if (run.ended) return [];
      run.state = 'trailers';
      return 'wait';
    },
    metadata: (run) => [run.object('metadata', metadataClass, { struct: routeMetadata(run), iterating: false })],
    filterContext: (run) => [run.object('filterContext', metadataClass, { struct: run.owner.filterContext(), iterating: false })],
    route: (run) => [run.object('route', metadataOfClass, { level: 'route' })],
    virtualHost: (run) => [run.object('virtualHost', metadataOfClass, { level: 'virtualHost' })],
    streamInfo: (run) => [run.object('streamInfo', streamInfoClass, run.stream.info)],
    connection: (run) => [run.object('connection', connectionClass, run.stream.info.connection)],
    connectionStreamInfo: (run) => [run.object('connectionStreamInfo', connectionStreamInfoClass, run.stream.info)],
    stats: (run) => [run.object('stats', statsClass, { prefix: run.owner.statPrefix })],
    requestHeaders(run) {
      const map = run.stream.requestHeaders;
      return map === undefined
        ? [undefined]
        : [run.object('requestHeaders', headerClass, { map, modifiable: () => true, iterating: false })];
    },
    respond,
    httpCall,
    clearRouteCache(run) {
      if (run.decoding) run.stream.routes.clear();
      return [];
    },
    setUpstreamOverrideHost(run, args) {
      const address = args.string(2);
      if (parseAddress(hostOf(address)) === undefined) throw new ScriptError('host is not a valid IP address');
      const strict = args.count >= 3 && args.boolean(3);
      if (run.decoding) run.stream.overrideHost = { address, strict };
      return [];
    },
    importPublicKey,
    verifySignature,
    base64Escape: (_, args) => [bytesToBase64(byteStringToBytes(args.string(2)))],
    base64Decode(_, args) {
      const text = args.string(2);
      const bytes = /[-_]/.test(text) ? undefined : base64ToBytes(text);
      return [bytes === undefined ? undefined : bytesToByteString(bytes)];
    },
    timestamp(run, args) {
      const unit = args.optionalString(2) ?? '';
      if (unit !== '' && unit !== '0') throw new ScriptError('timestamp format must be MILLISECOND.');
      return [Number(run.stream.manager.loop.nowNs / 1_000_000n)];
    },
    timestampString(run, args) {
      const unit = args.optionalString(2) ?? '';
      if (unit !== '' && unit !== '0' && unit !== '1') throw new ScriptError('timestamp format must be MILLISECOND or MICROSECOND.');
      return [String(run.stream.manager.loop.nowNs / (unit === '1' ? 1000n : 1_000_000n))];
    },
  },
};

/** Answers the request; the script does not go on. */
function respond(run: StreamRun, args: Arguments): MethodResult {
  if (run.headersContinued) throw new ScriptError('respond() cannot be called if headers have been continued');
  const entries = args.entries(2);
  const body = args.optionalString(3);
  const headers = Headers.response(headersOf(entries, args.count));
  const status = headers.get(':status') ?? '';
  const code = Number(status);
  if (!/^\s*\d+\s*$/.test(status) || code < 200 || code >= 600) throw new ScriptError(':status must be between 200-599');
  if (!run.decoding) throw new ScriptError('respond not currently supported in the response path');
  if (body !== undefined) headers.set('content-length', String(body.length));
  run.state = 'responded';
  run.respond({
    code,
    body: body ?? '',
    details: 'lua_response',
    modifyHeaders: (map) => {
      for (const [name, value] of headers.entries()) {
        if (name !== ':status') map.add(name, value);
      }
    },
  });
  return 'wait';
}
