const headersWords = ['Continue', 'StopIteration', 'ContinueAndEndStream', 'StopAllIterationAndBuffer', 'StopAllIterationAndWatermark'];
const dataWords = ['Continue', 'StopIterationAndBuffer', 'StopIterationAndWatermark', 'StopIterationNoBuffer'];
const plainWords = ['Continue', 'StopIteration'];

/** A result in Envoy's words, by the callback that gave it. */
export function resultWords(callback: string, result: number): string {
  if (/headers$/i.test(callback)) return headersWords[result] ?? String(result);
  if (/(body|decodeData|encodeData)$/.test(callback)) return dataWords[result] ?? String(result);
  if (/trailers$|(_data|_new_connection)$|^on(NewConnection|Data|Write)$/i.test(callback)) return plainWords[result] ?? String(result);
  if (/(vm_start|configure|done|validate_configuration)$/.test(callback)) return result === 0 ? 'false' : 'true';
  return '';
}

/** What the filter manager does with a result that stops the message, as a sentence; undefined when it goes on. */
export function decisionText(callback: string, status: number, bufferLimit: number): string | undefined {
  if (status === 0) return undefined;
  const words = resultWords(callback, status);
  const limit = sizeWords(bufferLimit);
  switch (words) {
    case 'StopIteration':
      return 'StopIteration: later filters wait; body and trailers still come to this filter';
    case 'StopAllIterationAndBuffer':
      return `StopAllIterationAndBuffer: waits for continue; the body is buffered, limit ${limit}`;
    case 'StopAllIterationAndWatermark':
      return `StopAllIterationAndWatermark: waits for continue; the body is held back, from ${limit} on the sender is slowed down`;
    case 'StopIterationAndBuffer':
      return `StopIterationAndBuffer: the body is collected, limit ${limit}`;
    case 'StopIterationAndWatermark':
      return `StopIterationAndWatermark: the body is held back, from ${limit} on the sender is slowed down`;
    case 'StopIterationNoBuffer':
      return 'StopIterationNoBuffer: this piece of the body goes no further';
    default:
      return undefined;
  }
}

/** What happens to bytes a network filter has not passed on, as a sentence; undefined when it goes on. */
export function networkDecisionText(hook: string, status: number | undefined, left: number): string | undefined {
  if (status !== 1) return undefined;
  if (hook === 'onNewConnection') return 'StopIteration: later filters are not asked yet and wait for continue';
  const held = left === 1 ? '1 byte stays' : `${left} bytes stay`;
  if (hook === 'onData') return left === 0 ? undefined : `StopIteration: ${held} in the buffer and will come again, with the next ones`;
  return left === 0 ? undefined : `StopIteration: ${held} behind and will come again, with the next ones of the upstream`;
}

function sizeWords(bytes: number): string {
  if (bytes <= 0) return 'none';
  if (bytes % (1024 * 1024) === 0) return `${bytes / 1024 / 1024} MiB`;
  return bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`;
}
