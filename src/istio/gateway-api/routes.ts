import type { VirtualService } from '../scope/virtual-services.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';

/** Routes of the Gateway API in the form of VirtualServices. */
export const gatewayApiVirtualServices = perSnapshot((_snapshot: Snapshot): readonly VirtualService[] => []);
