import { useEffect, useEffectEvent, useLayoutEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { cx } from './cx.ts';
import { place, type Box, type Placement } from './place.ts';
import styles from './Popover.module.css';

interface PopoverProps {
  /** What it hangs on: an element's box or a point. */
  readonly anchor: Box;
  readonly placement?: Placement | undefined;
  /** Asked for by Escape, by a press outside, by scrolling and by resizing. */
  readonly onClose: () => void;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A box above everything (the browser's top layer), placed at its anchor. It does not move focus: its content does. */
export function Popover({ anchor, placement = 'below-start', onClose, className, children }: PopoverProps): ReactElement {
  const ref = useRef<HTMLDivElement>(null);
  const close = useEffectEvent(onClose);

  useLayoutEffect(() => {
    const box = ref.current;
    if (box === null) return;
    if (!box.matches(':popover-open')) box.showPopover();
    const at = place(anchor, { width: box.offsetWidth, height: box.offsetHeight }, { width: innerWidth, height: innerHeight }, placement);
    box.style.left = `${at.left}px`;
    box.style.top = `${at.top}px`;
  }, [anchor, placement]);

  useEffect(() => {
    const outside = (event: Event): boolean => event.target instanceof Node && ref.current?.contains(event.target) !== true;
    const onPointerDown = (event: PointerEvent): void => {
      if (outside(event)) close();
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      close();
    };
    const onScroll = (event: Event): void => {
      if (outside(event)) close();
    };
    const onResize = (): void => close();
    document.addEventListener('pointerdown', onPointerDown, true);
    document.addEventListener('keydown', onKeyDown, true);
    document.addEventListener('scroll', onScroll, { capture: true, passive: true });
    window.addEventListener('resize', onResize);
    return () => {
      document.removeEventListener('pointerdown', onPointerDown, true);
      document.removeEventListener('keydown', onKeyDown, true);
      document.removeEventListener('scroll', onScroll, true);
      window.removeEventListener('resize', onResize);
    };
  }, []);

  return (
    <div ref={ref} popover="manual" className={cx(styles.popover, 'nokey nowheel', className)}>
      {children}
    </div>
  );
}
