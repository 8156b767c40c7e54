import { parseProtocol } from '../../../registry/protocol.ts';

/** ValidateProtocol; without a name the protocol is sniffed. */
export function protocolError(protocol: string): string | undefined {
  return protocol !== '' && parseProtocol(protocol) === 'Unsupported' ? `unsupported protocol: ${protocol}` : undefined;
}
