import type { TraceEvent } from '#simulator/trace.ts';

/** An event that is no callback, in a line. */
export function eventText(event: TraceEvent): string {
  switch (event.kind) {
    case 'decision':
    case 'route':
      return event.text;
    case 'log':
      return `${event.level} ${event.message}`;
    case 'local-reply':
      return `${event.status} ${event.details}`;
    case 'trap':
      return event.message;
    case 'callout':
    case 'callout-response':
      return `${event.kind} ${event.cluster}`;
    default:
      return event.kind;
  }
}
