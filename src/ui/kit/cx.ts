/** Joins class names, leaving out what is absent: `cx(styles.row, isOn && styles.on)`. */
export function cx(...names: readonly (string | false | undefined)[]): string {
  return names.filter((name) => name !== undefined && name !== false && name !== '').join(' ');
}
