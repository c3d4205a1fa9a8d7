/** Between the tries to begin anew: so long at least, and so much more by chance (ms). */
const PAUSE = 2_000;
const MORE = 3_000;

/**
 * What a page cannot begin without. If it cannot be had, the page begins anew a little later: nothing is shown yet that
 * could be lost, and some browsers do not ask again for a module that has failed once.
 */
export function orAnew<T>(needed: Promise<T>): Promise<T> {
  return needed.catch(() => new Promise<never>(() => setTimeout(() => location.reload(), PAUSE + Math.random() * MORE)));
}
