import { readResources } from '#istio/read-resources.ts';
import { parseYamlSteps } from '#yaml/parse-steps.ts';
import type { YamlStream } from '#yaml/tree.ts';

/** Documents whose resources are read between two breaths. */
const documentsPerStep = 500;

const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Reads a large YAML text without holding up the page: text and resources in steps with pauses between them. The resources are remembered
 * by document (`readResources`), so the derivation that follows finds them read.
 */
export async function readPolitely(text: string, name: string): Promise<YamlStream> {
  const steps = parseYamlSteps(text, name);
  let step = steps.next();
  while (step.done !== true) {
    await breathe();
    step = steps.next();
  }
  const stream = step.value;
  for (let at = 0; at < stream.documents.length; at += documentsPerStep) {
    readResources([{ ...stream, documents: stream.documents.slice(at, at + documentsPerStep) }]);
    await breathe();
  }
  return stream;
}
