import { StreamType, WasmResult } from '../abi.ts';
import type { HeaderPair } from '../host.ts';
import { lowerCase } from '../lower-case.ts';
import { decodePairs } from '../pairs.ts';
import { Phase } from '../phase.ts';
import { hostParams, type HostFunction } from './host-function.ts';

const { Ok, BadArgument, InvalidMemoryAccess } = WasmResult;
const lastStreamType = 3;
const lastGrpcStatus = 16;

/** Going on, stopping and answering (cpp-host `src/exports.cc`). */
export const streamFunctions: Readonly<Record<string, HostFunction>> = {
  proxy_send_local_response: {
    params: hostParams('u32 code, text details, text body, pairs headers, i32 grpcStatus'),
    result: 'i32',
    permitted: Phase.Running,
    make:
      (vm) =>
      (
        code: number,
        details: number,
        detailsSize: number,
        body: number,
        bodySize: number,
        headers: number,
        headersSize: number,
        grpc: number,
      ) => {
        if (vm.phase > Phase.Running) vm.refuse();
        const { memory } = vm;
        const inside =
          memory.has(details >>> 0, detailsSize >>> 0) &&
          memory.has(body >>> 0, bodySize >>> 0) &&
          memory.has(headers >>> 0, headersSize >>> 0);
        if (!inside) return InvalidMemoryAccess;
        const pairs = decodePairs(memory.slice(headers >>> 0, headersSize >>> 0));
        vm.target.sendLocalReply({
          code: code >>> 0,
          details: withoutBlanks(memory.text(details >>> 0, detailsSize >>> 0)),
          body: memory.text(body >>> 0, bodySize >>> 0),
          headers: pairs.map(([name, value]): HeaderPair => [lowerCase(name), value]),
          grpcStatus: grpc >= 0 && grpc <= lastGrpcStatus ? grpc : undefined,
        });
        vm.stopIteration = true;
        return Ok;
      },
  },
};

/** Until 0.1.0, one function per direction (cpp-host registers them by ABI version). */
export const streamFunctions010: Readonly<Record<string, HostFunction>> = {
  proxy_continue_request: {
    params: [],
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => () => (vm.phase > Phase.Running ? vm.refuse() : vm.target.continueStream(StreamType.Request)),
  },
  proxy_continue_response: {
    params: [],
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => () => (vm.phase > Phase.Running ? vm.refuse() : vm.target.continueStream(StreamType.Response)),
  },
  proxy_clear_route_cache: {
    params: [],
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => () => {
      if (vm.phase > Phase.Running) vm.refuse();
      vm.target.clearRouteCache();
      return Ok;
    },
  },
};

export const streamFunctions020: Readonly<Record<string, HostFunction>> = {
  proxy_continue_stream: {
    params: hostParams('u32 type'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      return type >>> 0 > lastStreamType ? BadArgument : vm.target.continueStream(type);
    },
  },
  proxy_close_stream: {
    params: hostParams('u32 type'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      return type >>> 0 > lastStreamType ? BadArgument : vm.target.closeStream(type);
    },
  },
};

/** Each blank becomes an underscore (envoy `StringUtil::replaceAllEmptySpace`). */
function withoutBlanks(details: string): string {
  return details.replace(/[\t\n\v\f\r ]/g, '_');
}
