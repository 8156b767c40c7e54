import type { Random } from '#base/random.ts';
import type { CallRecord } from '../clusters.ts';
import type { ScriptedAnswer } from '../scripted-responder.ts';

export function answerHttpbin(_call: CallRecord, _random: Random): ScriptedAnswer {
  return { status: 200, headers: [], chunks: [], trailers: undefined, delayMs: 0, chunkDelayMs: 0, resetAfterBody: false };
}
