import type { ValidationContext } from '../context.ts';
import { adviseCode } from './filter-code.ts';
import { adviseFilterMatch } from './filter-match.ts';
import { adviseOperations } from './filter-operation.ts';
import { adviseKinds } from './kinds.ts';
import { adviseConfig } from './plugin-config.ts';
import { adviseFailure } from './plugin-failure.ts';
import { adviseModule } from './plugin-module.ts';
import { adviseOrder } from './plugin-order.ts';
import { adviseTargets } from './plugin-target.ts';

/** Our own advice on all resources. To add some: a function here, its words in `rules-plugin.ts` or `rules-patch.ts`. */
const advisers: readonly ((context: ValidationContext) => void)[] = [
  adviseKinds,
  adviseModule,
  adviseConfig,
  adviseTargets,
  adviseOrder,
  adviseFailure,
  adviseOperations,
  adviseFilterMatch,
  adviseCode,
];

export function advise(context: ValidationContext): void {
  for (const adviser of advisers) adviser(context);
}
