import type { ByteReader } from './byte-reader.ts';
import type { ThriftMessage } from './message.ts';
import { MessageType, ThriftError } from './message.ts';

/** How messages are written as bytes. Reading throws `Underflow` or `ThriftError`. */
export interface Protocol {
  readonly name: string;
  read(reader: ByteReader): ThriftMessage;
  write(message: ThriftMessage): Uint8Array;
}

export function checkType(type: number, protocol: string): number {
  if (type < MessageType.Call || type > MessageType.Oneway) throw new ThriftError(`invalid ${protocol} protocol message type ${type}`);
  return type;
}

/** What goes wrong behind the head of a message is told to its sender. */
export function withHead<T>(head: Omit<ThriftMessage, 'fields'>, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ThriftError) error.head = head;
    throw error;
  }
}
