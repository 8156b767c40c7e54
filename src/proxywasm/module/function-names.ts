import { Cursor } from './cursor.ts';

/**
 * The function names of a module's `name` section (subsection 1), for back traces. A damaged section gives the names before the damage.
 */
export function readFunctionNames(section: Uint8Array): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const cursor = new Cursor(section);
  while (!cursor.done) {
    const id = cursor.u8();
    const part = cursor.sub(cursor.leb());
    if (id !== 1) continue;
    const count = part.leb();
    for (let i = 0; i < count && !part.failed; i++) {
      const index = part.leb();
      const name = part.name();
      if (!part.failed) names.set(index, name);
    }
  }
  return names;
}
