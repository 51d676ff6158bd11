// Tells how tall an element is seen, in device pixels: 0 when it is scrolled away or gone.
import type { Attachment } from 'svelte/attachments';
import type { PeerId } from '#shared/identity';
import type { RoomWatch } from '#state/room-watch';

/** Whose picture it is, and where. Plain values: they are told of also when the member has gone, and with them what they were read from. */
interface Seen {
  readonly watch: Pick<RoomWatch, 'see'>;
  readonly place: string;
  readonly peerId: PeerId;
  readonly picture: 'video' | 'screen';
}

export function reportHeight({ watch, place, peerId, picture }: Seen): Attachment<HTMLElement> {
  return (element) => {
    let isSeen = false;
    const tell = (heightPx: number): void => watch.see(place, peerId, picture, heightPx);
    const report = (): void => tell(isSeen ? Math.round(element.clientHeight * devicePixelRatio) : 0);
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
