import { EVENT_ID, parseEvents, YAMLException, type Event } from 'js-yaml';

/** Why the library stopped, and where in the text it was given. */
export interface SyntaxStop {
  readonly reason: string;
  readonly position: number;
}

/** Deeper data is refused: the reader recurses, and a page's stack must hold. Kubernetes resources stay far below. */
export const maxDepth = 400;

/** The flat event stream of js-yaml for one document, or where it stopped. */
export function readEvents(text: string): { readonly events: readonly Event[] } | { readonly stop: SyntaxStop } {
  try {
    return { events: parseEvents(text, { maxDepth }) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { stop: { reason: error.reason, position: error.mark?.position ?? 0 } };
  }
}

/** The reason js-yaml gives for `text`, or `undefined` when it can be read. */
export function stopReason(text: string): string | undefined {
  const read = readEvents(text);
  return 'stop' in read ? read.stop.reason : undefined;
}

export { EVENT_ID };
