import type { Activation } from '../cel/evaluate.ts';
import type { JsonObject } from '#base/json.ts';
import type { ConnectionInfo } from '../http/connection-info.ts';
import type { Headers } from '../http/headers.ts';
import type { FilterStates } from '../http/filter-state.ts';

/** What RBAC policies look at: a request, or a connection without headers. */
export interface RbacInput {
  readonly connection: ConnectionInfo;
  readonly headers: Headers | undefined;
  readonly dynamicMetadata: ReadonlyMap<string, JsonObject>;
  readonly routeMetadata: JsonObject | undefined;
  readonly filterState: FilterStates;
  /** What CEL conditions may ask for; absent where there are no attributes. */
  readonly activation?: Activation | undefined;
}

export type RbacTest = (input: RbacInput) => boolean;
