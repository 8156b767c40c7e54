import { useEffect, useLayoutEffect, useRef, useState, type ReactElement } from 'react';
import { Kbd } from './Kbd.tsx';
import { place } from './place.ts';
import styles from './TooltipLayer.module.css';

interface Tip {
  readonly target: HTMLElement;
  readonly text: string;
  readonly keys: string | undefined;
}

const DELAY_MS = 400;
const GRACE_MS = 120;

/**
 * One tooltip for the whole page: any element with `data-tip` gets one on hover and on keyboard focus (`data-tip-keys` adds keys;
 * `data-tip-when="cut"` shows it only while the element's text is cut off). It repeats or extends what a label says and never
 * carries the only name. It can be hovered, stays, and goes on Escape (WCAG 1.4.13).
 */
export function TooltipLayer(): ReactElement | null {
  const [tip, setTip] = useState<Tip>();
  const ref = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (ms: number, next: Tip | undefined): void => {
      clearTimeout(timer);
      timer = setTimeout(() => setTip(next), ms);
    };
    const over = (event: PointerEvent): void => {
      if (event.pointerType === 'touch' || !(event.target instanceof Element)) return;
      if (ref.current?.contains(event.target) === true) return clearTimeout(timer);
      const next = tipOf(event.target);
      later(next === undefined ? GRACE_MS : DELAY_MS, next);
    };
    const focus = (event: FocusEvent): void => {
      if (event.target instanceof Element && event.target.matches(':focus-visible')) later(DELAY_MS, tipOf(event.target));
    };
    const hide = (): void => later(0, undefined);
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hide();
    };
    document.addEventListener('pointerover', over);
    document.addEventListener('pointerdown', hide, true);
    document.addEventListener('focusin', focus);
    document.addEventListener('focusout', hide);
    document.addEventListener('keydown', key, true);
    document.addEventListener('scroll', hide, { capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', over);
      document.removeEventListener('pointerdown', hide, true);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('keydown', key, true);
      document.removeEventListener('scroll', hide, true);
    };
  }, []);

  useLayoutEffect(() => {
    const box = ref.current;
    if (box === null || tip === undefined) return;
    box.showPopover();
    const size = { width: box.offsetWidth, height: box.offsetHeight };
    const at = place(tip.target.getBoundingClientRect(), size, { width: innerWidth, height: innerHeight }, 'above');
    box.style.left = `${at.left}px`;
    box.style.top = `${at.top}px`;
  }, [tip]);

  if (tip?.target.isConnected !== true) return null;
  return (
    <div key={tip.text} ref={ref} popover="manual" role="tooltip" className={styles.tooltip}>
      {tip.text}
      {tip.keys !== undefined && <Kbd keys={tip.keys} />}
    </div>
  );
}

function tipOf(element: Element): Tip | undefined {
  const target = element.closest<HTMLElement>('[data-tip]');
  const text = target?.dataset['tip'];
  if (target === null || text === undefined || text === '') return undefined;
  if (target.dataset['tipWhen'] === 'cut' && target.scrollWidth <= target.clientWidth) return undefined;
  return { target, text, keys: target.dataset['tipKeys'] };
}
