// `npm test`: installs what is missing (a browser too) and runs everything: types, lint, format, unused code, unit tests and
// goldens, the build, its budget, and the journeys in a real browser. Ends with the sum of all of them.
import { ensureBrowser } from './ensure-browser.mjs';
import { binOf, build, ensureInstalled, run } from './lib.mjs';

ensureInstalled();

const results = [];

/** One step without tests of its own counts as one check. */
function check(name, result) {
  results.push({ name, passed: result.code === 0 ? 1 : 0, failed: result.code === 0 ? 0 : 1 });
}

/** Reads how many tests a runner says it ran; a failure without a count is one failure. */
function tests(name, result, passedPattern, failedPattern) {
  const passed = Number(passedPattern.exec(result.output)?.[1] ?? 0);
  const failed = Number(failedPattern.exec(result.output)?.[1] ?? 0);
  const broken = result.code !== 0 && failed === 0 ? 1 : 0;
  const empty = result.code === 0 && passed === 0 ? 1 : 0;
  results.push({ name, passed, failed: failed + broken + empty });
}

const step = async (title, work) => {
  console.log(`\n── ${title}`);
  return work();
};

const only = process.argv.slice(2);
const wants = (name) => only.length === 0 || only.includes(name);

if (wants('check')) {
  check('types', await step('types', () => run(binOf('typescript', 'tsc'), ['-p', '.'])));
  check('engine types', await step('types of the engine rooms', () => run(binOf('typescript', 'tsc'), ['-p', 'tsconfig.engine.json'])));
  check('lint', await step('lint', () => run(binOf('oxlint'), ['--type-aware', '--quiet'])));
  check('format', await step('format', () => run(binOf('oxfmt'), ['--check', '.'])));
  check('unused code', await step('unused code', () => run(binOf('knip'), [])));
}
if (wants('unit')) {
  const unit = await step('unit tests and goldens', () => run(binOf('vitest'), ['run']));
  tests('unit', unit, /Tests\s+(?:\d+ failed \| )?(\d+) passed/, /Tests\s+(\d+) failed/);
}
if (wants('e2e')) {
  const built = await step('build', () => build({ echo: true }));
  check('build', built);
  if (built.code === 0) {
    check('budget', await step('budget of the first load', () => run('scripts/check-budget.mjs', [])));
    const browser = await step('browser', () => ensureBrowser());
    if (browser === undefined) {
      console.error('No Chromium could be found or installed. Install one and set CHROMIUM_PATH to it.');
      results.push({ name: 'e2e', passed: 0, failed: 1 });
    } else {
      const e2e = await step('journeys in the browser', () =>
        run(binOf('@playwright/test', 'playwright'), ['test'], { env: { CHROMIUM_PATH: browser } }),
      );
      tests('e2e', e2e, /^\s+(\d+) passed/m, /^\s+(\d+) failed/m);
    }
  }
}

console.log('');
for (const { name, passed, failed } of results) console.log(`${name}: ${passed} passed, ${failed} failed`);
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
