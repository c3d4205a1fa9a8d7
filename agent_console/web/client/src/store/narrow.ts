/** Filters as they are chosen: over the list, and over the search if one is shown. */
import { filterBy, resetFilters, type FilterChange } from "./list.ts";
import { findAgain } from "./search.ts";
import { complain } from "./verbs.ts";

export function narrow(change: FilterChange): void {
  void filterBy(change).then(findAgain).catch(complain);
}

export function widen(): void {
  void resetFilters().then(findAgain).catch(complain);
}
