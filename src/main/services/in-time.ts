// A bounded wait for work that cannot be stopped.

/** Null when it did not come in time; what it comes to afterwards is of no interest. Rejects as the work does. */
export async function inTime<T>(work: Promise<T>, withinMs: number): Promise<T | null> {
  return await new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      resolve(null);
    }, withinMs);
    work.then(resolve, reject).finally(() => {
      clearTimeout(late);
    });
  });
}
