import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { Responder } from '#simulator/scenario.ts';
import { readScenario } from '#simulator/scenario/read-scenario.ts';

/** How clusters answer, as typed: cluster → JSON of an answer (`docs/scenario-format.md`). */
export type AnswerTexts = Readonly<Record<string, string>>;

/** The answer of one cluster; a failure says what is wrong with the text. */
export function readAnswer(text: string): Result<Responder> {
  if (text.trim() === '') return fail('no-answer', 'An answer is a JSON object.');
  const read = readScenario(`{"version": 1, "upstream": ${text}\n}`);
  if (!read.ok) return read;
  const { upstream } = read.value;
  return ok(upstream ?? {});
}

export function readAnswers(texts: AnswerTexts): Result<Readonly<Record<string, Responder>>> {
  const answers: Record<string, Responder> = {};
  for (const [cluster, text] of Object.entries(texts)) {
    const answer = readAnswer(text);
    if (!answer.ok) return fail('bad-answer', `The answer of ${cluster}: ${answer.error.message}`, answer.error.help);
    answers[cluster] = answer.value;
  }
  return ok(answers);
}
