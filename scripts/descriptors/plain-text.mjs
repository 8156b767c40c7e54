/**
 * Envoy's comments are written for its documentation site, in reStructuredText with its own marks. This makes plain text with
 * `code` spans and paragraphs of them.
 */
export function plainText(comment) {
  return comment
    .replaceAll(/^\s*\[#(?!not-implemented-hide|deprecated)[^\]]*\]\s*$/gm, '')
    .replaceAll(/\[#not-implemented-hide:\]/g, '(Not implemented.)')
    .replaceAll(/\[#[\w-]+:?[^\]]*\]/g, '')
    .replaceAll(/:[\w-]+:`([^`<]*?)\s*<[^>`]*>`/g, '$1')
    .replaceAll(/:[\w-]+:`([^`]*)`/g, '`$1`')
    .replaceAll(/`([^`<\n]+?)\s*<([^>`]+)>`_+/g, '$1 ($2)')
    .replaceAll('``', '`')
    .replaceAll(/^\s*\.\. (note|attention|warning|tip|important)::?\s*/gm, (_, word) => `${word[0].toUpperCase()}${word.slice(1)}: `)
    .replaceAll(/^\s*\.\. (code-block|code|literalinclude|validated-code-block|csv-table|list-table)::.*$/gm, '')
    .replaceAll(/^\s*\.\. _[^\n]*:$/gm, '')
    .replaceAll(/^\s*(:[\w-]+: .*|\.\.)$/gm, '')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
