// A tab that is worth sharing: its colour changes a few times a second, and it gives a tone.
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';

export const movingTitle = 'Moving';

/** Opens it beside the tab that this person looks at, and shares it. */
export async function shareMovingTab(
  person: Person,
  pattern: { hues: readonly number[]; hertz: number },
): Promise<void> {
  const tab = await person.page.context().newPage();
  await tab.setContent(`<title>${movingTitle}</title><body><h1>${movingTitle}</h1>`);
  await tab.evaluate(({ hues, hertz }) => {
    let at = 0;
    const turn = (): void => {
      document.body.style.background = `hsl(${hues[at % hues.length] ?? 0} 100% 45%)`;
      at += 1;
    };
    turn();
    setInterval(turn, 400);
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: hertz });
    tone.connect(new GainNode(context, { gain: 0.4 })).connect(context.destination);
    tone.start();
  }, pattern);
  await person.page.bringToFront();
  await person.press(en.room.screenOn);
  await person.page.getByText(en.room.share.yours, { exact: true }).waitFor();
  await tab.evaluate(() => (document.title = 'Shared')); // the next picker is for another one
}
