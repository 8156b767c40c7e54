import { strictUtf8 } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { conversationBytes } from '#simulator/scenario/conversation-bytes.ts';
import { escaped, hexText, readEscaped, readHex } from './escaped-text.ts';

/** One step of a conversation as the form has it; `id` tells steps apart, whatever they say. */
export type ScriptStep =
  | { readonly id: number; readonly kind: 'client' | 'upstream'; readonly form: 'text' | 'hex'; readonly value: string }
  | { readonly id: number; readonly kind: 'closeClient' | 'closeUpstream'; readonly how: CloseHow }
  | { readonly id: number; readonly kind: 'waitMs'; readonly ms: number };

export type CloseHow = 'both' | 'half' | 'reset';

/** The bytes a data step sends; fails with what is wrong with its text. */
export function stepBytes(step: Extract<ScriptStep, { form: string }>): Result<Uint8Array> {
  return step.form === 'hex' ? readHex(step.value) : readEscaped(step.value);
}

/** The script in the format of test cases; a data step that cannot be read sends nothing. */
export function scenarioSteps(steps: readonly ScriptStep[]): readonly JsonObject[] {
  return steps.map((step): JsonObject => {
    if (step.kind === 'waitMs') return { waitMs: step.ms };
    if ('how' in step) return { [step.kind]: step.how === 'both' ? true : step.how };
    const bytes = stepBytes(step);
    return { [step.kind]: bytes.ok ? bytesValue(bytes.value) : '' };
  });
}

/** Text where it is text, hexadecimal otherwise. */
function bytesValue(bytes: Uint8Array): JsonValue {
  const text = strictUtf8(bytes);
  return text !== undefined && isReadable(text) ? text : { hex: hexText(bytes) };
}

function isReadable(text: string): boolean {
  return Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (code >= 32 && code !== 127) || character === '\n' || character === '\r' || character === '\t';
  });
}

/** A script of steps in the format of test cases: what it may say beyond text and hex becomes the bytes it stands for. */
export function scriptOf(steps: readonly JsonObject[], firstId: number): readonly ScriptStep[] {
  return steps.flatMap((step, i): ScriptStep[] => {
    const id = firstId + i;
    for (const kind of ['client', 'upstream'] as const) {
      const value = step[kind];
      if (value === undefined) continue;
      const bytes = conversationBytes(value);
      const text = strictUtf8(bytes);
      const form = text !== undefined && isReadable(text) ? 'text' : 'hex';
      return [{ id, kind, form, value: form === 'text' ? escaped(bytes) : hexText(bytes) }];
    }
    for (const kind of ['closeClient', 'closeUpstream'] as const) {
      const how = step[kind];
      if (how !== undefined) return [{ id, kind, how: how === 'half' || how === 'reset' ? how : 'both' }];
    }
    return [{ id, kind: 'waitMs', ms: Number(step['waitMs'] ?? 0) }];
  });
}
