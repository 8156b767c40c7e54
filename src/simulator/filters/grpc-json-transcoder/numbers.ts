/** C's `%.<digits>g`. */
function printG(value: number, digits: number): string {
  const exponent = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  if (exponent < -4 || exponent >= digits) {
    const [mantissa = '', power = ''] = value.toExponential(digits - 1).split('e');
    const sign = power.startsWith('-') ? '-' : '+';
    return `${trimZeros(mantissa)}e${sign}${power.replace(/^[-+]/, '').padStart(2, '0')}`;
  }
  return trimZeros(value.toFixed(Math.max(0, digits - 1 - exponent)));
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A double as protobuf prints it in JSON: quoted where JSON has no such number. */
export function printDouble(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const short = printG(value, 15);
  return Number(short) === value ? short : printG(value, 17);
}

export function printFloat(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const short = printG(value, 6);
  return Math.fround(Number(short)) === value ? short : printG(value, 8 + Number(Math.fround(Number(printG(value, 8))) !== value));
}

function notFinite(value: number): string {
  return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
}
