import { LogLevel } from '../abi.ts';
import { hostParams, type HostFunction } from '../imports/host-function.ts';
import { Phase } from '../phase.ts';
import type { Vm } from '../vm.ts';
import { Errno } from './errno.ts';

const { Success, Badf, Fault, Noent, Nosys, Notsup } = Errno;
const stdout = 1;
const stderr = 2;
const noMoreEntries = 20;

/** There are no files: standard output and error go to the log, everything else is refused (cpp-host `src/exports.cc`, `wasi_unstable_*`). */
export const fileFunctions: Readonly<Record<string, HostFunction>> = {
  fd_write: {
    params: hostParams('u32 fd, u32 iovs, u32 count, outU32 written'),
    result: 'i32',
    permitted: Phase.Allocating,
    make: (vm) => (fd: number, iovs: number, count: number, writtenAt: number) => write(vm, fd, iovs >>> 0, count >>> 0, writtenAt >>> 0),
  },
  fd_pwrite: {
    params: hostParams('u32 fd, u32 iovs, u32 count, i64 offset, outU32 written'),
    result: 'i32',
    permitted: Phase.Starting,
    make: (vm) => (fd: number, iovs: number, count: number, _offset: bigint, writtenAt: number) => {
      if (vm.phase > Phase.Starting) vm.refuse();
      return write(vm, fd, iovs >>> 0, count >>> 0, writtenAt >>> 0);
    },
  },
  fd_read: constant('u32 fd, u32 iovs, u32 count, outU32 read', Nosys, Phase.Running),
  fd_pread: constant('u32 fd, u32 iovs, u32 count, i64 offset, outU32 read', Nosys, Phase.Starting),
  fd_seek: noted('fd_seek', 'u32 fd, i64 offset, u32 whence, outU64 position'),
  fd_close: noted('fd_close', 'u32 fd'),
  fd_fdstat_get: {
    params: hostParams('u32 fd, u32 stat'),
    result: 'i32',
    permitted: Phase.Starting,
    make: (vm) => (fd: number, statAt: number) => {
      if (vm.phase > Phase.Starting) vm.refuse();
      if (fd !== stdout && fd !== stderr) return Badf;
      const { memory } = vm;
      const at = statAt >>> 0;
      if (memory.has(at, 24)) {
        memory.setBytes(at, new Uint8Array(24));
        memory.setU32(at + 8, 64); // the right to write
      }
      return Success;
    },
  },
  fd_fdstat_set_flags: constant('u32 fd, u32 flags', Nosys, Phase.Starting),
  fd_fdstat_set_rights: onlyOutput('u32 fd, i64 base, i64 inheriting'),
  fd_allocate: onlyOutput('u32 fd, i64 offset, i64 length'),
  fd_datasync: onlyOutput('u32 fd'),
  fd_sync: onlyOutput('u32 fd'),
  fd_filestat_set_size: onlyOutput('u32 fd, i64 size'),
  fd_filestat_set_times: onlyOutput('u32 fd, i64 accessed, i64 modified, u32 flags'),
  fd_advise: constant('u32 fd, i64 offset, i64 length, u32 advice', Success, Phase.Starting),
  fd_filestat_get: constant('u32 fd, u32 stat', Badf, Phase.Starting),
  fd_prestat_get: constant('u32 fd, u32 stat', Badf, Phase.Starting),
  fd_prestat_dir_name: constant('u32 fd, u32 path, u32 length', Nosys, Phase.Starting),
  fd_readdir: writesZero('u32 fd, u32 buffer, u32 size, i64 cookie, outU32 used', 4, noMoreEntries),
  fd_renumber: {
    params: hostParams('u32 fd, u32 to'),
    result: 'i32',
    permitted: Phase.Starting,
    make: (vm) => (fd: number) => {
      if (vm.phase > Phase.Starting) vm.refuse();
      return fd === stdout || fd === stderr ? Notsup : Badf;
    },
  },
  fd_tell: {
    params: hostParams('u32 fd, outU64 position'),
    result: 'i32',
    permitted: Phase.Starting,
    make: (vm) => (fd: number, positionAt: number) => {
      if (vm.phase > Phase.Starting) vm.refuse();
      if (fd !== stdout && fd !== stderr) return Badf;
      return vm.memory.setU64(positionAt >>> 0, 0n) ? Success : Fault;
    },
  },
  path_open: constant(
    'u32 fd, u32 dirflags, u32 path, u32 pathLength, u32 oflags, i64 base, i64 inheriting, u32 fdflags, outU32 opened',
    Noent,
    Phase.Running,
  ),
  path_filestat_get: constant('u32 fd, u32 flags, u32 path, u32 pathLength, u32 stat', Notsup, Phase.Starting),
  path_create_directory: constant('u32 fd, u32 path, u32 pathLength', Notsup, Phase.Starting),
  path_filestat_set_times: constant(
    'u32 fd, u32 flags, u32 path, u32 pathLength, i64 accessed, i64 modified, u32 fstflags',
    Notsup,
    Phase.Starting,
  ),
  path_remove_directory: constant('u32 fd, u32 path, u32 pathLength', Notsup, Phase.Starting),
  path_rename: constant('u32 fd, u32 path, u32 pathLength, u32 newFd, u32 newPath, u32 newPathLength', Notsup, Phase.Starting),
  path_unlink_file: constant('u32 fd, u32 path, u32 pathLength', Notsup, Phase.Starting),
  path_readlink: writesZero('u32 fd, u32 path, u32 pathLength, u32 buffer, u32 size, outU32 used', 5, Notsup),
  // one parameter fewer than WASI has: a module that imports it with its real type does not link in Envoy
  path_link: constant('u32 fd, u32 flags, u32 path, u32 pathLength, u32 newFd, u32 newPath', Notsup, Phase.Starting),
  path_symlink: constant('u32 path, u32 pathLength, u32 fd, u32 newPath', Notsup, Phase.Starting),
  sock_accept: writesZero('u32 fd, u32 flags, outU32 opened', 2, Notsup),
  sock_recv: constant('u32 fd, u32 iovs, u32 count, u32 flags, outU32 received, outU32 outFlags', Notsup, Phase.Starting),
  sock_send: writesZero('u32 fd, u32 iovs, u32 count, u32 flags, outU32 sent', 4, Notsup),
  sock_shutdown: constant('u32 fd, u32 how', Notsup, Phase.Starting),
};

function constant(params: string, errno: number, permitted: Phase): HostFunction {
  return {
    params: hostParams(params),
    result: 'i32',
    permitted,
    make: (vm) => () => (vm.phase > permitted ? vm.refuse() : errno),
  };
}

/** Succeeds without doing anything; only Envoy's trace log tells of it. */
function noted(name: string, params: string): HostFunction {
  return {
    params: hostParams(params),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => () => {
      if (vm.phase > Phase.Running) vm.refuse();
      vm.hostLog(`wasi_unstable ${name}`, LogLevel.Trace);
      return Success;
    },
  };
}

function onlyOutput(params: string): HostFunction {
  return {
    params: hostParams(params),
    result: 'i32',
    permitted: Phase.Starting,
    make: (vm) => (fd: number) => {
      if (vm.phase > Phase.Starting) vm.refuse();
      return fd === stdout || fd === stderr ? Success : Badf;
    },
  };
}

/** Writes 0 to the address that is parameter number `index`, whatever comes of it. */
function writesZero(params: string, index: number, errno: number): HostFunction {
  return {
    params: hostParams(params),
    result: 'i32',
    permitted: Phase.Starting,
    make:
      (vm) =>
      (...args: readonly (number | bigint)[]) => {
        if (vm.phase > Phase.Starting) vm.refuse();
        return vm.memory.setU32(Number(args[index]) >>> 0, 0) ? errno : Fault;
      },
  };
}

/** All pieces of one call are one log line; one newline at its end goes. */
function write(vm: Vm, fd: number, iovs: number, count: number, writtenAt: number): number {
  if (fd !== stdout && fd !== stderr) return Badf;
  const { memory } = vm;
  const pieces: (readonly [pointer: number, size: number])[] = [];
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (!memory.has(iovs + i * 8, 8)) return Fault;
    const pointer = memory.u32(iovs + i * 8);
    const size = memory.u32(iovs + i * 8 + 4);
    if (size === 0) continue;
    if (!memory.has(pointer, size)) return Fault;
    pieces.push([pointer, size]);
    total += size;
    // the same bytes named many times over could make a text of any length
    if (total > memory.length) return Fault;
  }
  if (total > 0) logPieces(vm, fd === stdout ? LogLevel.Info : LogLevel.Error, pieces, total);
  return memory.setU32(writtenAt, total) ? Success : Fault;
}

function logPieces(vm: Vm, level: number, pieces: readonly (readonly [number, number])[], total: number): void {
  const { memory } = vm;
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) {
    const [pointer, size] = only;
    vm.guestLog(level, pointer, memory.bytes[pointer + size - 1] === 10 ? size - 1 : size);
    return;
  }
  const text = new Uint8Array(total);
  let at = 0;
  for (const [pointer, size] of pieces) {
    text.set(memory.slice(pointer, size), at);
    at += size;
  }
  vm.guestLogBytes(level, text[total - 1] === 10 ? text.subarray(0, total - 1) : text);
}
