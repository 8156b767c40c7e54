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
  readonly #errors: Remark[] = [];
  readonly #warnings: Remark[] = [];

  error(code: RuleCode, text: string, ...path: JsonPath): void {
    this.#errors.push({ code, text, path });
  }

  warn(code: RuleCode, text: string, ...path: JsonPath): void {
    this.#warnings.push({ code, text, path });
  }

  get verdict(): Verdict {
    return { errors: this.#errors, warnings: this.#warnings };
  }
}
