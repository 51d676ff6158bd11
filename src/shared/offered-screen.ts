// A screen or window that may be shared, as the app's own picker offers it.
import * as v from 'valibot';

/** As the desktop's capturer names it; opaque here. */
export const ScreenId = v.pipe(v.string(), v.regex(/^(?:screen|window):\d{1,20}:\d{1,10}$/));

export const OfferedScreen = v.strictObject({
  screenId: ScreenId,
  kind: v.picklist(['screen', 'window']),
  /** Empty where it has none. */
  name: v.pipe(v.string(), v.maxLength(200)),
  /** A small JPEG as a data URL; null where the window shows nothing now. */
  picture: v.nullable(v.pipe(v.string(), v.startsWith('data:image/jpeg;base64,'), v.maxLength(96 * 1024))),
});
export type OfferedScreen = v.InferOutput<typeof OfferedScreen>;
