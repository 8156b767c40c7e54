import type { LoadProgress } from '#workers/load-progress.ts';
import type { JsonObject } from '#base/json.ts';
import { asString } from '#base/json.ts';
import type { Failure } from '#base/result.ts';
import { httpManagerOf } from '#envoy/listener.ts';
import { sameRef } from '#envoy/provenance.ts';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import { catalogueEntryOf } from '#plugins/catalogue/find-entry.ts';
import type { ConversationTrace } from '#simulator/conversation-trace.ts';
import type { Design } from '../design.ts';
import type { ScriptStep } from './script.ts';
import { scriptOf } from './script.ts';
import type { TemplateId } from './templates.ts';
import { templates } from './templates.ts';

/** The preview of connections: the script as the form has it, and what its last run did. */
export interface ConversationState {
  /** The user wants a conversation although the chain takes requests. */
  readonly picked: boolean;
  readonly script: readonly ScriptStep[];
  /** The user has written it: it stays when the chain changes. */
  readonly own: boolean;
  readonly running: boolean;
  readonly progress: LoadProgress | undefined;
  readonly trace: ConversationTrace | undefined;
  readonly failure: Failure | undefined;
}

/** Does the preview hold a conversation on this chain? A chain without connection manager knows no requests. */
export function isConversation(design: Pick<Design, 'chain'>, { picked }: Pick<ConversationState, 'picked'>): boolean {
  return picked || isPlainTcp(design);
}

export function isPlainTcp({ chain }: Pick<Design, 'chain'>): boolean {
  return chain !== undefined && httpManagerOf(chain) === undefined;
}

export function initialConversation(script: readonly ScriptStep[]): ConversationState {
  return { picked: false, script, own: false, running: false, progress: undefined, trace: undefined, failure: undefined };
}

/** A script worth running first: the example of the chain's first network plugin, or what fits what the chain speaks. */
export function exampleScript(design: Design, catalogue: readonly CatalogueEntry[]): readonly ScriptStep[] {
  for (const row of design.lane?.networkFilters ?? []) {
    const url = asString(design.resources.find((item) => sameRef(item, row.resource))?.spec['url']);
    const example = url === undefined ? undefined : catalogueEntryOf(url, catalogue)?.conversations?.[0];
    if (example !== undefined) return scriptOf(example.steps, 1);
  }
  return scriptOf(stepsOfTemplate(isPlainTcp(design) ? spokenBy(design) : 'http'), 1);
}

export function stepsOfTemplate(id: TemplateId): readonly JsonObject[] {
  return templates.find((template) => template.id === id)?.steps ?? [];
}

/** By the protocol filter of the chain. */
function spokenBy({ chain }: Design): TemplateId {
  const names = chain?.networkFilters.map(({ name }) => name) ?? [];
  if (names.includes('envoy.filters.network.redis_proxy')) return 'redis';
  return names.includes('envoy.filters.network.mysql_proxy') ? 'mysql' : 'question';
}
