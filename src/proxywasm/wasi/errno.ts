/** WASI preview 1 error numbers that cpp-host answers with (`src/exports.cc`). */
export const Errno = {
  Success: 0,
  Badf: 8,
  Fault: 21,
  Inval: 28,
  Io: 29,
  Noent: 44,
  Nosys: 52,
  Notdir: 54,
  Notsup: 58,
  Notcapable: 76,
} as const;
