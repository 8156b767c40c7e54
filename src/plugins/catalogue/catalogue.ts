import { basicAuth } from './entries/basic-auth.ts';
import { bodyRewrite } from './entries/body-rewrite.ts';
import { goHeaders } from './entries/go-headers.ts';
import { helloHeaders } from './entries/hello-headers.ts';
import { pathGuard } from './entries/path-guard.ts';
import { regexReplace } from './entries/regex-replace.ts';
import { requestStats } from './entries/request-stats.ts';
import type { CatalogueEntry } from './entry.ts';

/** Every plugin one can drop, our runnable samples first. To add one: a file in `entries/` and its name here. */
export const catalogue: readonly CatalogueEntry[] = [
  regexReplace,
  basicAuth,
  helloHeaders,
  bodyRewrite,
  requestStats,
  pathGuard,
  goHeaders,
];
