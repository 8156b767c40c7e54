import type { TextEdit, TextRange } from './text-range.ts';

/** One list of edits for what `first` and then `second`, which refers to the text after `first`, do to a text. */
export function composeEdits(first: readonly TextEdit[], second: readonly TextEdit[]): readonly TextEdit[] {
  if (first.length === 0) return second;
  return editsOf(splice(splice([{ start: 0, end: Number.POSITIVE_INFINITY }], first), second));
}

/** A text as the pieces of the original that are left, with new text between them. */
type Piece = TextRange | string;

const sizeOf = (piece: Piece): number => (typeof piece === 'string' ? piece.length : piece.end - piece.start);

function cut(piece: Piece, from: number, to: number): Piece {
  return typeof piece === 'string' ? piece.slice(from, to) : { start: piece.start + from, end: piece.start + to };
}

function splice(pieces: readonly Piece[], edits: readonly TextEdit[]): readonly Piece[] {
  const ordered = [...edits].sort((a, b) => a.range.start - b.range.start);
  const out: Piece[] = [];
  let index = 0;
  let used = 0;
  let at = 0;
  const moveTo = (offset: number, keep: boolean): void => {
    while (at < offset) {
      const piece = pieces[index];
      if (piece === undefined) return;
      const step = Math.min(sizeOf(piece) - used, offset - at);
      if (keep && step > 0) out.push(cut(piece, used, used + step));
      at += step;
      used += step;
      if (used === sizeOf(piece)) [index, used] = [index + 1, 0];
    }
  };
  for (const { range, text } of ordered) {
    moveTo(range.start, true);
    moveTo(range.end, false);
    out.push(text);
  }
  moveTo(Number.POSITIVE_INFINITY, true);
  return out;
}

function editsOf(pieces: readonly Piece[]): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece;
      continue;
    }
    if (text !== '' || piece.start > at) edits.push({ range: { start: at, end: piece.start }, text });
    text = '';
    at = piece.end;
  }
  return edits;
}
