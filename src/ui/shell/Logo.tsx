import type { ReactElement } from 'react';

/** Threads through a loom: request and response through the filters. */
export function Logo(): ReactElement {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="var(--accent)"
      strokeWidth="2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M2.5 5h15M2.5 10h15M2.5 15h15" opacity="0.4" />
      <path d="M6.5 2v16M13.5 2v16" />
    </svg>
  );
}
