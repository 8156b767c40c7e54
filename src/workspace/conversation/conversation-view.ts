import type { ConversationTrace, ConversationTraceStep } from '#simulator/conversation-trace.ts';
import type { CallbackEvent, TraceEvent } from '#simulator/trace.ts';

/** A step of a conversation with what the network filters did in it. */
export interface ConversationRow {
  readonly step: ConversationTraceStep;
  /** Its place in the script; undefined for the connection itself and its end. */
  readonly scriptIndex: number | undefined;
  readonly events: readonly TraceEvent[];
}

/** A trace arranged for the eye: its steps, each with its events. */
export function conversationRows(trace: ConversationTrace): readonly ConversationRow[] {
  let scripted = 0;
  return trace.steps.map((step) => ({
    step,
    scriptIndex: step.step === 'connect' || step.step === 'end' || step.step === 'endUpstream' ? undefined : scripted++,
    events: trace.events.slice(step.first, step.end),
  }));
}

/** Did the callback change the bytes it saw? */
export function changedBytes({ bodyBefore, bodyAfter }: CallbackEvent): boolean {
  if (bodyBefore === undefined || bodyAfter === undefined || bodyBefore === bodyAfter) return false;
  return bodyBefore.length !== bodyAfter.length || bodyBefore.some((byte, at) => byte !== bodyAfter[at]);
}
