import type { Listener } from '#envoy/listener.ts';
import type { BuildContext } from './context.ts';

export function buildGatewayListeners(_context: BuildContext): readonly Listener[] {
  return [];
}
