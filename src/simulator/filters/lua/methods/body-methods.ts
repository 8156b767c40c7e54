import { byteStringToBytes, bytesToByteString } from '#base/bytes.ts';
import type { BodyBuffer } from '../../../http/body-buffer.ts';
import type { HostClass } from '../objects.ts';
import { ScriptError } from '../script-error.ts';
import type { StreamRun } from '../stream-run.ts';
import { logMethods } from './log-methods.ts';

/** envoy `BufferWrapper`: the whole body, or one piece of it. */
export const bodyClass: HostClass<BodyBuffer, StreamRun> = {
  name: 'body',
  cppName: 'N5Envoy10Extensions7Filters6Common3Lua13BufferWrapperE',
  methods: {
    ...logMethods,
    length: (buffer) => [buffer.length],
    getBytes(buffer, args) {
      const index = Math.trunc(args.number(2));
      const length = Math.trunc(args.number(3));
      if (index < 0 || length < 0 || index + length > buffer.length) {
        throw new ScriptError('index/length must be >= 0 and (index + length) must be <= buffer size');
      }
      return [bytesToByteString(buffer.bytes(index, length))];
    },
    setBytes(buffer, args, run) {
      const bytes = byteStringToBytes(args.string(2));
      buffer.replace(bytes);
      run.headers.set('content-length', String(bytes.length));
      return [bytes.length];
    },
  },
};
