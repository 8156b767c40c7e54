import type { JsonObject } from '#base/json.ts';
import { bytesToBase64 } from '#base/bytes.ts';

/** A unary gRPC answer of one message, given as the bytes of the message. */
function grpc(...message: readonly number[]): JsonObject {
  const frame = Uint8Array.from([0, 0, 0, 0, message.length, ...message]);
  return {
    status: 200,
    headers: { 'content-type': 'application/grpc' },
    body: { base64: bytesToBase64(frame) },
    trailers: { 'grpc-status': '0' },
  };
}

/** Answers worth beginning with, in the form of `docs/scenario-format.md`; for gRPC, the messages that filters wait for. */
export const answerPresets = {
  ok: { status: 200, headers: { 'x-auth-user': 'ann' }, body: '' },
  denied: { status: 403, body: 'not allowed' },
  failed: { status: 503, body: 'no healthy upstream' },
  unreachable: { unreachable: true },
  hangs: { hang: true },
  jwks: { status: 200, headers: { 'content-type': 'application/json' }, body: '{"keys":[]}' },
  // envoy.service.auth.v3.CheckResponse: status (1) with code (1) OK and PERMISSION_DENIED
  grpcAllowed: grpc(0x0a, 0x00),
  grpcDenied: grpc(0x0a, 0x02, 0x08, 0x07),
  // envoy.service.ratelimit.v3.RateLimitResponse: overall_code (1) OK and OVER_LIMIT
  withinLimit: grpc(0x08, 0x01),
  overLimit: grpc(0x08, 0x02),
  // envoy.service.ext_proc.v3.ProcessingResponse: request_headers (1), nothing changed
  processed: grpc(0x0a, 0x00),
} as const satisfies Readonly<Record<string, JsonObject>>;

export type AnswerPreset = keyof typeof answerPresets;
