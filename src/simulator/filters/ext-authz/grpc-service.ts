import type { JsonObject } from '#base/json.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { lowerName } from '../../http/headers.ts';
import { callUnary } from '../../upstreams/grpc-client.ts';
import { compileGrpcService } from '../../upstreams/grpc-service.ts';
import { ProtoMessage } from '../../wasm/proto-message.ts';
import { decodeStruct } from '../../wasm/protobuf-struct.ts';
import type { RequestOptions } from './check-request.ts';
import { encodeCheckRequest } from './check-request.ts';
import type { CheckResult, HeaderChange, HeaderChangeKind } from './check-result.ts';
import { emptyResult, errorResult } from './check-result.ts';
import type { AuthService } from './http-service.ts';

const FORBIDDEN = 403;

/** An authorization service that is asked by gRPC (envoy `ext_authz_grpc_impl.cc`). */
export function compileAuthGrpc(config: ConfigReader, options: RequestOptions): AuthService {
  const target = compileGrpcService(config);
  return (attributes, done) => {
    const { stream } = attributes.callbacks;
    const { proxy } = stream.manager;
    const request = target.request(proxy, 'envoy.service.auth.v3.Authorization', 'Check', stream.manager.formatContext(stream));
    return callUnary(proxy, request, encodeCheckRequest(attributes, options), (answer) => {
      const response = 'message' in answer ? ProtoMessage.read(answer.message) : undefined;
      done(response === undefined ? errorResult : resultOf(response));
    });
  };
}

function resultOf(response: ProtoMessage): CheckResult {
  const ok = response.message(3);
  const metadata: JsonObject = decodeStruct(ok.has(3) ? ok.bytes(3) : response.bytes(4));
  if (response.message(1).number(1) === 0) return { ...okResult(ok), metadata };
  const isError = !response.has(2) && response.has(5);
  const reply = response.message(isError ? 5 : 2);
  const code = reply.message(1).number(1);
  return {
    ...emptyResult,
    status: isError ? 'error' : 'denied',
    code: code > 0 ? code : isError ? undefined : FORBIDDEN,
    body: reply.text(3),
    reply: reply.messages(2).map((option) => changeOf(option, 'add')),
    metadata,
  };
}

function okResult(ok: ProtoMessage): CheckResult {
  const response = responseChanges(ok.messages(6));
  const request = ok.messages(2).map((option) => changeOf(option, option.message(2).number(1) === 1 ? 'append' : 'set'));
  return {
    ...emptyResult,
    status: 'ok',
    // What is set comes before what is appended, whatever the order of the answer.
    request: [...request.filter(({ kind }) => kind === 'set'), ...request.filter(({ kind }) => kind === 'append')],
    remove: ok.texts(5),
    response: response.changes,
    setParameters: ok.messages(7).map((parameter) => [parameter.text(1), parameter.text(2)]),
    removeParameters: ok.texts(8),
    invalidAction: response.invalid,
  };
}

/** `HeaderAppendAction` in the order of its numbers. */
const actions: readonly HeaderChangeKind[] = ['add', 'add-if-absent', 'set', 'set-if-exists'];

function changeOf(option: ProtoMessage, kind: HeaderChangeKind): HeaderChange {
  const header = option.message(1);
  const raw = header.text(3);
  return { kind, name: lowerName(header.text(1)), value: raw === '' ? header.text(2) : raw };
}

/** Only for the response an action counts; the old field `append` decides where it is set. */
function responseChanges(options: readonly ProtoMessage[]): { readonly changes: readonly HeaderChange[]; readonly invalid: boolean } {
  let invalid = false;
  const changes = options.map((option) => {
    if (option.has(2)) return changeOf(option, option.message(2).number(1) === 1 ? 'add' : 'set');
    const action = actions[option.number(3)];
    if (action === undefined) invalid = true;
    return changeOf(option, action ?? 'set');
  });
  return { changes, invalid };
}
