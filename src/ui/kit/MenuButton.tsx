import { useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { Button, IconButton } from './Button.tsx';
import type { IconName } from './icon-paths.ts';
import { Menu } from './Menu.tsx';
import type { MenuEntry } from './menu-items.ts';
import type { Box, Placement } from './place.ts';

interface MenuButtonProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[] | (() => readonly MenuEntry[]);
  readonly placement?: Placement | undefined;
  /** A button with an icon only, or with this content. */
  readonly icon?: IconName | undefined;
  readonly size?: 'normal' | 'small' | undefined;
  readonly className?: string | undefined;
  readonly tabIndex?: number | undefined;
  readonly children?: ReactNode;
}

/** A button that opens a menu. */
export function MenuButton({ label, entries, placement, icon, size, className, tabIndex, children }: MenuButtonProps): ReactElement {
  const [anchor, setAnchor] = useState<Box>();
  const shared = {
    size,
    className,
    tabIndex,
    'aria-haspopup': 'menu' as const,
    'aria-expanded': anchor !== undefined,
    // The press itself would count as outside the open menu and close it; the click then opens it again. So closing is the press's work.
    onClick: (event: { readonly currentTarget: HTMLElement }) => setAnchor(event.currentTarget.getBoundingClientRect()),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      event.stopPropagation();
      setAnchor(event.currentTarget.getBoundingClientRect());
    },
  };
  return (
    <>
      {icon !== undefined && children === undefined ? (
        <IconButton icon={icon} label={label} {...shared} />
      ) : (
        <Button icon={icon} aria-label={label} data-tip={label} {...shared}>
          {children}
        </Button>
      )}
      {anchor !== undefined && (
        <Menu
          label={label}
          anchor={anchor}
          placement={placement}
          entries={typeof entries === 'function' ? entries() : entries}
          onClose={() => setAnchor(undefined)}
        />
      )}
    </>
  );
}
