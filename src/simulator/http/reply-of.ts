import { finalizeResponse } from '../router/finalize.ts';
import type { LocalReplyRequest } from './filter.ts';
import type { Headers } from './headers.ts';
import type { BuiltReply } from './local-reply.ts';
import { buildLocalReply } from './local-reply.ts';
import type { HttpStream } from './stream.ts';

/** A local reply as it leaves: a route that forwards has its say before whoever answers in its place (measured). */
export function replyOf(stream: HttpStream, reply: LocalReplyRequest): BuiltReply {
  const { manager } = stream;
  const modifyHeaders = (headers: Headers): void => {
    const route = stream.routes.current;
    if (route?.forward !== undefined) finalizeResponse(route, headers, { ...manager.formatContext(stream), responseHeaders: headers });
    reply.modifyHeaders?.(headers);
  };
  return buildLocalReply({ ...reply, modifyHeaders }, { grpc: stream.isGrpc, head: stream.isHead }, manager.rewriteLocalReply(stream));
}
