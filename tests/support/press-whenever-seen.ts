// Runs inside a page: somebody who presses one button as soon as it is there.

/** Clicks the button of this name whenever it appears. For `page.evaluate`. */
export function pressWheneverSeen(name: string): void {
  const press = (): void => {
    for (const button of document.querySelectorAll('button')) {
      const shown = button.getAttribute('aria-label') ?? button.textContent.trim();
      if (shown === name) button.click();
    }
  };
  new MutationObserver(press).observe(document.body, { childList: true, subtree: true });
}
