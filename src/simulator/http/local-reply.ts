import type { ByteString } from '#base/bytes.ts';
import type { LocalReplyRequest } from './filter.ts';
import { Headers } from './headers.ts';

/** What `local_reply_config` does to a reply before it is sent; undefined: nothing. */
export interface LocalReplyRewriter {
  rewrite(headers: Headers, code: number, body: ByteString): RewrittenReply | undefined;
}

export interface RewrittenReply {
  readonly code: number;
  readonly body: ByteString;
  readonly contentType: string;
  /** The body comes from a JSON format. */
  readonly isJson: boolean;
}

export interface BuiltReply {
  readonly headers: Headers;
  readonly body: ByteString;
  readonly code: number;
}

/** gRPC status for an HTTP status (envoy `Grpc::Utility::httpToGrpcStatus`). */
export function grpcStatusOf(code: number): number {
  switch (code) {
    case 400:
      return 13;
    case 401:
      return 16;
    case 403:
      return 7;
    case 404:
      return 12;
    case 429:
    case 502:
    case 503:
    case 504:
      return 14;
    default:
      return 2;
  }
}

const httpOfGrpc: readonly number[] = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

/** HTTP status for a gRPC status (envoy `Grpc::Utility::grpcToHttpStatus`). */
export function grpcStatusToHttp(status: number): number {
  return httpOfGrpc[status] ?? 500;
}

/** Percent encoding of `grpc-message`: everything outside 0x20–0x7e and the percent sign itself (envoy `PercentEncoding::encode`). */
export function encodeGrpcMessage(text: ByteString): ByteString {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    out += c >= 0x20 && c < 0x7f && c !== 0x25 ? text[i] : `%${c.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** A request whose content type says gRPC (envoy `Grpc::Common::hasGrpcContentType`). */
export function isGrpcRequest(headers: Headers): boolean {
  const type = headers.get('content-type');
  return type !== undefined && type.startsWith('application/grpc') && (type.length === 16 || type[16] === '+');
}

/**
 * Headers and body of a local reply in Envoy's order: given ones, content-length, content-type (envoy `Utility::prepareLocalReply`).
 * gRPC requests get headers only, with the body as `grpc-message`.
 */
export function buildLocalReply(
  request: LocalReplyRequest,
  stream: { readonly grpc: boolean; readonly head: boolean },
  rewriter: LocalReplyRewriter | undefined,
): BuiltReply {
  const headers = Headers.response([[':status', String(request.code)]]);
  request.modifyHeaders?.(headers);
  let { code, body } = request;
  let contentType = 'text/plain';
  let ownContentType = false;
  const before = headers.get('content-type');
  headers.set(':status', String(code));
  const rewritten = rewriter?.rewrite(headers, code, body);
  if (rewritten !== undefined) {
    ({ code, body, contentType } = rewritten);
    ownContentType = before !== headers.get('content-type');
  }
  if (stream.grpc) {
    headers.set(':status', '200');
    headers.set('content-type', 'application/grpc');
    if ((headers.get('grpc-status') ?? '') === '') headers.set('grpc-status', String(request.grpcStatus ?? grpcStatusOf(code)));
    // A JSON format ends with a line break of its own, which has no place in a header.
    const text = rewritten?.isJson === true ? body.replace(/\n$/, '') : body;
    if (text !== '' && !stream.head) headers.set('grpc-message', encodeGrpcMessage(text));
    headers.remove('content-length');
    return { headers, body: '', code: 200 };
  }
  if (body === '') {
    headers.remove('content-length');
    headers.remove('content-type');
  } else {
    headers.set('content-length', String(body.length));
    if (!headers.has('content-type') || (body !== request.body && !ownContentType)) headers.set('content-type', contentType);
  }
  return { headers, body, code };
}
