import type { JsonPath } from '#base/json.ts';
import type { RuleCode } from '../rules.ts';

/** One sentence of Istio's validating webhook. */
export interface Remark {
  readonly code: RuleCode;
  readonly text: string;
  /** Inside the spec: what it is about. */
  readonly path: JsonPath;
}

/** What the webhook says about a spec: errors refuse it, warnings are only printed. */
export interface Verdict {
  readonly errors: readonly Remark[];
  readonly warnings: readonly Remark[];
}

/** Gathers the remarks of the checks on one spec, in the webhook's order. */
export class VerdictBuilder {
  readonly #errors: Remark[];
  readonly #warnings: Remark[];
  readonly #path: JsonPath;

  constructor(path: JsonPath = [], errors: Remark[] = [], warnings: Remark[] = []) {
    this.#path = path;
    this.#errors = errors;
    this.#warnings = warnings;
  }

  /** The same gatherer with its paths beginning further inside. */
  at(...path: JsonPath): VerdictBuilder {
    return new VerdictBuilder([...this.#path, ...path], this.#errors, this.#warnings);
  }

  /** The same without ears for warnings. */
  withoutWarnings(): VerdictBuilder {
    return new VerdictBuilder(this.#path, this.#errors);
  }

  error(code: RuleCode, text: string, ...path: JsonPath): void {
    this.#errors.push({ code, text, path: [...this.#path, ...path] });
  }

  /** The error of a check on one value, if it has one. */
  check(code: RuleCode, text: string | undefined, ...path: JsonPath): void {
    if (text !== undefined) this.error(code, text, ...path);
  }

  checks(code: RuleCode, texts: readonly string[], ...path: JsonPath): void {
    for (const text of texts) this.error(code, text, ...path);
  }

  warn(code: RuleCode, text: string, ...path: JsonPath): void {
    this.#warnings.push({ code, text, path: [...this.#path, ...path] });
  }

  get verdict(): Verdict {
    return { errors: this.#errors, warnings: this.#warnings };
  }
}
