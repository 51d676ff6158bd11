// How a handler answers for what is done at once.

/** The services answer at once; a throw inside `now` becomes a rejection like that of any other call. */
export async function now<T>(work: () => T): Promise<T> {
  return await new Promise<T>((resolve) => {
    resolve(work());
  });
}

export async function done(work: () => void): Promise<undefined> {
  await now(work);
  return undefined;
}
