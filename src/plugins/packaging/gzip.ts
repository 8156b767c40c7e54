import { concatBytes } from '#base/bytes.ts';
import type { Failure, Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';

/** What comes out of a small file must not fill the memory. */
const maxUnpackedBytes = 512 << 20;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Unpacks a gzip stream. Fails when it is damaged or grows beyond 512 MiB. */
export async function gunzip(bytes: Uint8Array): Promise<Result<Uint8Array<ArrayBuffer>, Failure>> {
  const reader = streamOf(bytes).pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array[] = [];
  let total = 0;
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      parts.push(chunk.value);
      total += chunk.value.length;
      if (total > maxUnpackedBytes) {
        await reader.cancel();
        return fail(
          'plugins/too-large',
          `The archive unpacks to more than ${maxUnpackedBytes >> 20} MiB.`,
          'A Proxy-Wasm module is far smaller: choose the module itself.',
        );
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error); // zlib's verdict on the user's file
    return fail('plugins/broken-gzip', `The gzip archive is damaged: ${reason}.`, 'Copy or download it again.');
  }
  return ok(concatBytes(parts));
}

export async function gzip(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const packed = await new Response(streamOf(bytes).pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  return new Uint8Array(packed);
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(bytes));
      controller.close();
    },
  });
}
