import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { IconButton } from './Button.tsx';
import { Checkbox } from './Checkbox.tsx';
import { NumberField } from './NumberField.tsx';
import { Select } from './Select.tsx';
import { Separator } from './Separator.tsx';
import { Tabs } from './Tabs.tsx';
import { TextField } from './TextField.tsx';

const nothing = (): void => undefined;

describe('fields', () => {
  test('tie label, hint and error to the control', () => {
    const markup = renderToStaticMarkup(
      <TextField label="Pattern" value="" onChange={nothing} hint="A regex" error="Must not be empty" required />,
    );
    const id = /<input[^>]* id="([^"]+)"/.exec(markup)?.[1] ?? '';
    expect(markup).toContain(`for="${id}"`);
    expect(markup).toContain(`aria-describedby="${id}-hint ${id}-error"`);
    expect(markup).toContain('aria-invalid="true"');
    expect(markup).toContain('aria-required="true"');
    expect(markup).toContain(`id="${id}-error"`);
  });

  test('a hidden label is still there', () => {
    expect(renderToStaticMarkup(<TextField label="Search" hideLabel value="" onChange={nothing} />)).toMatch(
      /visually-hidden.*<label[^>]*>Search/,
    );
  });

  test('a field of the document says so, so that undo means the one history', () => {
    expect(renderToStaticMarkup(<TextField label="x" value="" onChange={nothing} editsDocument />)).toContain('data-history="document"');
    expect(renderToStaticMarkup(<TextField label="x" value="" onChange={nothing} />)).not.toContain('data-history');
  });

  test('a number tells its limits', () => {
    const markup = renderToStaticMarkup(<NumberField label="n" value={3} onChange={nothing} invalidText="no" min={0} max={10} />);
    expect(markup).toMatch(/role="spinbutton".*aria-valuenow="3".*aria-valuemin="0".*aria-valuemax="10"/);
  });

  test('a checkbox is described by its hint', () => {
    expect(renderToStaticMarkup(<Checkbox label="x" checked onChange={nothing} hint="why" />)).toMatch(/aria-describedby="[^"]+-hint"/);
  });
});

test('options of one group stand together, in the order of their first', () => {
  const options = [
    { value: 'a', label: 'a', group: 'one' },
    { value: 'b', label: 'b', group: 'two' },
    { value: 'c', label: 'c', group: 'one' },
  ];
  const markup = renderToStaticMarkup(<Select label="x" value="a" options={options} onChange={nothing} />);
  expect(markup.replaceAll(/<(?!\/?opt)[^>]*>/g, '')).toContain(
    '<optgroup label="one"><option value="a" selected="">a</option><option value="c">c</option></optgroup><optgroup label="two">',
  );
});

test('of the tabs only the chosen one is a tab stop', () => {
  const markup = renderToStaticMarkup(
    <Tabs
      name="t"
      label="x"
      value="b"
      onChange={nothing}
      items={[
        { id: 'a', label: 'A' },
        { id: 'b', label: 'B' },
      ]}
    />,
  );
  expect(markup).toMatch(/id="t-tab-a" aria-selected="false" tabindex="-1"/i);
  expect(markup).toMatch(/id="t-tab-b" aria-selected="true" aria-controls="t-panel-b" tabindex="0"/i);
});

test('an icon button has a name and a tooltip', () => {
  expect(renderToStaticMarkup(<IconButton icon="undo" label="Undo" keys="⌘Z" />)).toMatch(
    /aria-label="Undo" data-tip="Undo" data-tip-keys="⌘Z"/,
  );
});

test('a separator tells its size and limits', () => {
  const markup = renderToStaticMarkup(
    <Separator
      label="Width"
      controls="p"
      orientation="vertical"
      pane="before"
      value={240.4}
      min={180}
      max={420}
      initial={232}
      onChange={nothing}
    />,
  );
  expect(markup).toMatch(
    /role="separator" aria-label="Width" aria-controls="p" aria-orientation="vertical" aria-valuenow="240" aria-valuemin="180" aria-valuemax="420" tabindex="0"/i,
  );
});
