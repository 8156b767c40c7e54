import { basicAuth } from './entries/basic-auth.ts';
import { helloHeaders } from './entries/hello-headers.ts';
import { regexReplace } from './entries/regex-replace.ts';
import type { CatalogueEntry } from './entry.ts';

/** Every plugin one can drop, our runnable samples first. To add one: a file in `entries/` and its name here. */
export const catalogue: readonly CatalogueEntry[] = [regexReplace, basicAuth, helloHeaders];
