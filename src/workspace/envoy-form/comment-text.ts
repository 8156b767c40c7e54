const leadLength = 220;

/** What a comment of Envoy's API begins with: its first sentences, short enough to stand under a field. */
export function leadOf(comment: string): string {
  const paragraph = plain(comment.split(/\n\s*\n/, 1)[0] ?? '');
  if (paragraph.length <= leadLength) return paragraph;
  const sentences = paragraph.slice(0, leadLength);
  const end = sentences.lastIndexOf('. ');
  return end > 40 ? sentences.slice(0, end + 1) : `${sentences.slice(0, sentences.lastIndexOf(' '))} …`;
}

/** The whole comment, when its lead is not all of it. */
export function restOf(comment: string): string | undefined {
  return plain(comment) === leadOf(comment) ? undefined : comment.trim();
}

function plain(text: string): string {
  return text.replaceAll('``', '`').replaceAll(/\s+/g, ' ').trim();
}
