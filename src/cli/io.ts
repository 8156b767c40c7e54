/** Where a command writes: results to `out`, messages to `err`. Tests give their own. */
export interface Io {
  out(content: string | Uint8Array): void;
  err(text: string): void;
}

/** Whoever read the results has stopped reading, as `head` does: the rest need not be worked out. */
export class OutputClosed extends Error {}

/**
 * The process' own standard output and error. A closed pipe shows in the write after the one it broke: that one throws OutputClosed.
 * Writes to files and pipes are synchronous in Node on POSIX, and the process ends by itself, so nothing is lost at the end.
 */
export function standardIo(stdout: NodeJS.WriteStream = process.stdout, stderr: NodeJS.WriteStream = process.stderr): Io {
  let isClosed = false;
  let failure: Error | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') isClosed = true;
    else failure = error;
  });
  stderr.on('error', () => undefined); // there is nobody left to tell
  return {
    out: (content) => {
      if (isClosed) throw new OutputClosed();
      if (failure !== undefined) throw new OutputClosed(`Standard output cannot be written: ${failure.message}`);
      stdout.write(content);
    },
    err: (text) => void stderr.write(text),
  };
}
