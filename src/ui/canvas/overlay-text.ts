import type { Messages } from '../messages/en.ts';
import type { Change, RowOverlay, SideOverlay } from './trace-overlay.ts';

type Words = Messages['canvas']['overlay'];

/** One side in short: `:path rewritten, +5 headers`. Empty when nothing changed. */
export function sideText({ changes }: SideOverlay, words: Words): string {
  return changes.map((change) => changeText(change, words)).join(', ');
}

function changeText(change: Change, words: Words): string {
  if (change.kind === 'body') return words.body(change.before, change.after);
  if (change.kind === 'bytes') return words.bytes(change.before, change.after);
  const [first = ''] = change.headers;
  const count = change.headers.length;
  if (change.kind === 'rewritten') return words.rewritten(change.headers.join(' '));
  if (change.kind === 'changed') return count === 1 ? words.changedOne(first) : words.changed(count);
  if (change.kind === 'added') return count === 1 ? words.addedOne(first) : words.added(count);
  return count === 1 ? words.removedOne(first) : words.removed(count);
}

/** Is there more to say than that the stream passed by? */
export function hasResult({ request, response, localReply, trap }: RowOverlay): boolean {
  return request.changes.length + response.changes.length > 0 || localReply !== undefined || trap !== undefined;
}

/** Everything a run did at one row, as a sentence for the tooltip and for screen readers. */
export function overlaySentence(overlay: RowOverlay, words: Words): string {
  const parts: string[] = [];
  const request = sideText(overlay.request, words);
  const response = sideText(overlay.response, words);
  if (overlay.trap !== undefined) parts.push(`${words.trapped}: ${overlay.trap}`);
  if (overlay.localReply !== undefined)
    parts.push([words.cut(overlay.localReply.status), overlay.localReply.details].filter((part) => part !== '').join(', '));
  if (request !== '') parts.push(`${words.request}: ${request}`);
  if (response !== '') parts.push(`${words.response}: ${response}`);
  if (overlay.paused) parts.push(words.paused);
  return parts.length === 0 ? words.unchanged : parts.join('. ');
}
