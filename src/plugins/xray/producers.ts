import { Cursor } from '#proxywasm/module/cursor.ts';
import type { Producer } from './module-report.ts';

/** The `producers` section (WebAssembly/tool-conventions ProducersSection.md); what is damaged is left out. */
export function readProducers(section: Uint8Array): readonly Producer[] {
  const cursor = new Cursor(section);
  const producers: Producer[] = [];
  for (let fields = cursor.leb(); fields > 0 && !cursor.failed; fields--) {
    const field = cursor.name();
    for (let values = cursor.leb(); values > 0 && !cursor.failed; values--) {
      const name = cursor.name();
      const version = cursor.name();
      if (!cursor.failed) producers.push({ field, name, version });
    }
  }
  return producers;
}
