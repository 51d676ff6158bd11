// Tells how tall an element is seen, in device pixels: 0 when it is scrolled away or gone.
import type { Attachment } from 'svelte/attachments';

export function reportHeight(tell: (heightPx: number) => void): Attachment<HTMLElement> {
  return (element) => {
    let isSeen = false;
    const report = (): void => {
      tell(isSeen ? Math.round(element.clientHeight * devicePixelRatio) : 0);
    };
    const sight = new IntersectionObserver(([entry]) => {
      isSeen = entry?.isIntersecting === true;
      report();
    });
    const size = new ResizeObserver(report);
    sight.observe(element);
    size.observe(element);
    return () => {
      sight.disconnect();
      size.disconnect();
      tell(0);
    };
  };
}
