import { Cursor } from './cursor.ts';

/**
 * The function names of a module's `name` section (subsection 1), for back traces. Undefined when the section is damaged: then
 * cpp-host refuses the module (`BytecodeUtil::getFunctionNameIndex`).
 */
export function readFunctionNames(section: Uint8Array): ReadonlyMap<number, string> | undefined {
  const names = new Map<number, string>();
  const cursor = new Cursor(section);
  while (!cursor.done) {
    const id = cursor.u8();
    const part = cursor.sub(cursor.leb());
    if (cursor.failed) return undefined;
    if (id !== 1) continue;
    const count = part.leb();
    for (let i = 0; i < count && !part.failed; i++) {
      const index = part.leb();
      names.set(index, part.name());
    }
    if (part.failed) return undefined;
  }
  return names;
}
