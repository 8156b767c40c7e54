import { assertUnreachable } from '#base/assert.ts';
import type { PatternNode } from './pattern-syntax.ts';
import { parsePattern } from './pattern-syntax.ts';

/**
 * Regular expressions in time linear in the text: all ways to match are followed at once (Thompson's construction, as in
 * Russ Cox, "Regular Expression Matching: the Virtual Machine Approach"). It only says *whether* a text matches, which is all
 * a schema's `pattern` asks.
 */
export type Automaton = (text: string) => boolean;

type Instruction =
  | Extract<PatternNode, { kind: 'char' | 'assert' }>
  | { readonly kind: 'fork'; readonly to: number[] }
  | { readonly kind: 'match' };

const maxInstructions = 5000;

/** The automaton of a source that `new RegExp(source, flags)` accepts; undefined when it is not regular or too large. */
export function buildAutomaton(source: string, flags: '' | 'u'): Automaton | undefined {
  const node = parsePattern(source, flags);
  const program: Instruction[] = [];
  if (node === undefined || !emit(program, node)) return undefined;
  program.push({ kind: 'match' });
  return (text) => run(program, flags === 'u' ? Array.from(text) : text.split(''));
}

/** Appends the instructions of `node`; false when the program would grow too large. */
function emit(program: Instruction[], node: PatternNode): boolean {
  if (program.length > maxInstructions) return false;
  switch (node.kind) {
    case 'char':
    case 'assert':
      program.push(node);
      return true;
    case 'sequence':
      return node.items.every((item) => emit(program, item));
    case 'choice': {
      const fork: number[] = [];
      program.push({ kind: 'fork', to: fork });
      const end: number[] = [];
      const isSmall = node.items.every((item) => {
        fork.push(program.length);
        const isEmitted = emit(program, item);
        program.push({ kind: 'fork', to: end });
        return isEmitted;
      });
      end.push(program.length);
      return isSmall;
    }
    case 'repeat':
      return emitRepeat(program, node.item, node.min, node.max);
    default:
      return assertUnreachable(node);
  }
}

function emitRepeat(program: Instruction[], item: PatternNode, min: number, max: number): boolean {
  for (let i = 0; i < min; i++) if (!emit(program, item)) return false;
  if (max === Number.POSITIVE_INFINITY) {
    const start = program.length;
    const fork = [start + 1];
    program.push({ kind: 'fork', to: fork });
    const isSmall = emit(program, item);
    program.push({ kind: 'fork', to: [start] });
    fork.push(program.length);
    return isSmall;
  }
  const exits: number[][] = [];
  for (let i = min; i < max; i++) {
    const fork = [program.length + 1];
    exits.push(fork);
    program.push({ kind: 'fork', to: fork });
    if (!emit(program, item)) return false;
  }
  for (const fork of exits) fork.push(program.length);
  return true;
}

function run(program: readonly Instruction[], text: readonly string[]): boolean {
  const seenAt = new Int32Array(program.length).fill(-1);
  /** Follows forks and assertions from `start`; collects the characters to try. True at the end of the program. */
  const follow = (start: number, at: number, threads: number[]): boolean => {
    const stack = [start];
    for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
      const instruction = program[pc];
      if (instruction === undefined || seenAt[pc] === at) continue;
      seenAt[pc] = at;
      if (instruction.kind === 'match') return true;
      if (instruction.kind === 'char') threads.push(pc);
      else if (instruction.kind === 'fork') stack.push(...instruction.to);
      else if (instruction.holds(text, at)) stack.push(pc + 1);
    }
    return false;
  };
  let threads: number[] = [];
  for (let at = 0; at <= text.length; at++) {
    // A match may begin at every character.
    if (follow(0, at, threads)) return true;
    const next: number[] = [];
    const char = text[at];
    for (const pc of char === undefined ? [] : threads) {
      const instruction = program[pc];
      if (instruction?.kind === 'char' && char !== undefined && instruction.matches(char) && follow(pc + 1, at + 1, next)) return true;
    }
    threads = next;
  }
  return false;
}
