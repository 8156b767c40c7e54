import { WasmResult } from '../abi.ts';
import { decodePairs } from '../pairs.ts';
import { Phase } from '../phase.ts';
import type { Vm } from '../vm.ts';
import { hostParams, type HostFunction } from './host-function.ts';

const { Ok, NotFound, InternalFailure, InvalidMemoryAccess } = WasmResult;

/** Calls to other clusters. They belong to the root context of whoever calls (cpp-host `src/exports.cc`). */
export const callFunctions: Readonly<Record<string, HostFunction>> = {
  proxy_http_call: {
    params: hostParams('text upstream, pairs headers, bytes body, pairs trailers, i32 timeoutMs, outU32 token'),
    result: 'i32',
    permitted: Phase.Running,
    make:
      (vm) =>
      (
        upstream: number,
        upstreamSize: number,
        headers: number,
        headersSize: number,
        body: number,
        bodySize: number,
        trailers: number,
        trailersSize: number,
        timeoutMs: number,
        tokenAt: number,
      ) => {
        if (vm.phase > Phase.Running) vm.refuse();
        const { memory } = vm;
        if (!allInside(vm, upstream, upstreamSize, headers, headersSize, body, bodySize, trailers, trailersSize))
          return InvalidMemoryAccess;
        // also shows whether the token can be written, before anything is sent
        if (!memory.setU32(tokenAt >>> 0, 0)) return InvalidMemoryAccess;
        const outcome = vm.target.root?.http.send({
          upstream: memory.text(upstream >>> 0, upstreamSize >>> 0),
          headers: decodePairs(memory.slice(headers >>> 0, headersSize >>> 0)),
          body: memory.copy(body >>> 0, bodySize >>> 0),
          trailers: decodePairs(memory.slice(trailers >>> 0, trailersSize >>> 0)),
          timeoutMs,
        });
        return written(vm, outcome, tokenAt);
      },
  },

  proxy_grpc_call: {
    params: hostParams('bytes service, text serviceName, text method, pairs initialMetadata, bytes message, u32 timeoutMs, outU32 token'),
    result: 'i32',
    permitted: Phase.Running,
    make:
      (vm) =>
      (
        service: number,
        serviceSize: number,
        name: number,
        nameSize: number,
        method: number,
        methodSize: number,
        metadata: number,
        metadataSize: number,
        message: number,
        messageSize: number,
        timeoutMs: number,
        tokenAt: number,
      ) => {
        if (vm.phase > Phase.Running) vm.refuse();
        const { memory } = vm;
        const inside = allInside(
          vm,
          service,
          serviceSize,
          name,
          nameSize,
          method,
          methodSize,
          metadata,
          metadataSize,
          message,
          messageSize,
        );
        if (!inside) return InvalidMemoryAccess;
        const outcome = vm.target.root?.grpc.call({
          service: memory.copy(service >>> 0, serviceSize >>> 0),
          serviceName: memory.text(name >>> 0, nameSize >>> 0),
          method: memory.text(method >>> 0, methodSize >>> 0),
          initialMetadata: decodePairs(memory.slice(metadata >>> 0, metadataSize >>> 0)),
          message: memory.copy(message >>> 0, messageSize >>> 0),
          timeoutMs: timeoutMs >>> 0,
        });
        return written(vm, outcome, tokenAt);
      },
  },

  proxy_grpc_stream: {
    params: hostParams('bytes service, text serviceName, text method, pairs initialMetadata, outU32 token'),
    result: 'i32',
    permitted: Phase.Running,
    make:
      (vm) =>
      (
        service: number,
        serviceSize: number,
        name: number,
        nameSize: number,
        method: number,
        methodSize: number,
        metadata: number,
        metadataSize: number,
        tokenAt: number,
      ) => {
        if (vm.phase > Phase.Running) vm.refuse();
        const { memory } = vm;
        if (!allInside(vm, service, serviceSize, name, nameSize, method, methodSize, metadata, metadataSize)) return InvalidMemoryAccess;
        const outcome = vm.target.root?.grpc.stream({
          service: memory.copy(service >>> 0, serviceSize >>> 0),
          serviceName: memory.text(name >>> 0, nameSize >>> 0),
          method: memory.text(method >>> 0, methodSize >>> 0),
          initialMetadata: decodePairs(memory.slice(metadata >>> 0, metadataSize >>> 0)),
        });
        return written(vm, outcome, tokenAt);
      },
  },

  proxy_grpc_send: {
    params: hostParams('u32 token, bytes message, u32 endStream'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (token: number, message: number, messageSize: number, endStream: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (!vm.memory.has(message >>> 0, messageSize >>> 0)) return InvalidMemoryAccess;
      return vm.target.root?.grpc.send(token >>> 0, vm.memory.copy(message >>> 0, messageSize >>> 0), endStream !== 0) ?? NotFound;
    },
  },

  proxy_grpc_close: {
    params: hostParams('u32 token'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (token: number) => (vm.phase > Phase.Running ? vm.refuse() : (vm.target.root?.grpc.close(token >>> 0) ?? NotFound)),
  },

  proxy_grpc_cancel: {
    params: hostParams('u32 token'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (token: number) => (vm.phase > Phase.Running ? vm.refuse() : (vm.target.root?.grpc.cancel(token >>> 0) ?? NotFound)),
  },

  /** Envoy's own (envoy `source/extensions/common/wasm/wasm.cc` `resolve_dns`). */
  envoy_resolve_dns: {
    params: hostParams('text address, outU32 token'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (address: number, addressSize: number, tokenAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (!vm.memory.has(address >>> 0, addressSize >>> 0)) return InvalidMemoryAccess;
      const token = vm.nextDnsToken();
      if (!vm.memory.setU32(tokenAt >>> 0, token)) return InvalidMemoryAccess;
      vm.target.root?.dns.resolve(token, vm.memory.text(address >>> 0, addressSize >>> 0));
      return Ok;
    },
  },
};

function written(vm: Vm, outcome: { token: number } | { status: number } | undefined, tokenAt: number): number {
  if (outcome === undefined) return InternalFailure;
  if ('status' in outcome) return outcome.status;
  return vm.memory.setU32(tokenAt >>> 0, outcome.token) ? Ok : InvalidMemoryAccess;
}

/** Pointers and sizes in turn. */
function allInside(vm: Vm, ...places: readonly number[]): boolean {
  for (let i = 0; i < places.length; i += 2) {
    if (!vm.memory.has((places[i] ?? 0) >>> 0, (places[i + 1] ?? 0) >>> 0)) return false;
  }
  return true;
}
