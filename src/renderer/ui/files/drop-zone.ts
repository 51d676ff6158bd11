// Makes an element take files that hang on the pointer. What is no zone refuses them, so that a page never opens a file.
import type { DropsState } from '#state/drops.svelte';
import type { DropPlace, DropTarget } from '#state/drop-target';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

/** Sends to whom it is dropped on; null takes nothing. */
export const dropZone = (drops: DropsState, target: DropTarget | null): ((element: HTMLElement) => () => void) =>
  fileZone(drops.drag, target, (transfer) => {
    if (target) void drops.sendDropped(transfer, target);
  });

/** An attachment. Inside another zone the inner one is meant. */
export function fileZone(
  drag: DropsState['drag'],
  target: DropPlace | null,
  take: (transfer: DataTransfer) => void,
): (element: HTMLElement) => () => void {
  return (element) => {
    const over = (event: DragEvent): void => {
      if (target === null || !event.dataTransfer || !carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = 'copy';
      drag.enter(target);
    };
    const dropped = (event: DragEvent): void => {
      if (target === null || !event.dataTransfer || !carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      drag.end();
      take(event.dataTransfer);
    };
    element.addEventListener('dragover', over);
    element.addEventListener('drop', dropped);
    return () => {
      element.removeEventListener('dragover', over);
      element.removeEventListener('drop', dropped);
    };
  };
}

/** For the window: shows the zones while files are there, and refuses what reaches it. */
export const windowDrag = (drops: DropsState) => ({
  entered: (event: DragEvent): void => {
    if (carriesFiles(event)) drops.drag.begin();
  },
  over: (event: DragEvent): void => {
    if (!event.dataTransfer || !carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
    drops.drag.begin();
    drops.drag.enter(null);
  },
  left: (event: DragEvent): void => {
    if (event.relatedTarget === null) drops.drag.end();
  },
  dropped: (event: DragEvent): void => {
    if (carriesFiles(event)) event.preventDefault();
    drops.drag.end();
  },
});
