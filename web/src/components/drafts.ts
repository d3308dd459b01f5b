/** Drafts of what several managers change: what of a draft is new, and what somebody else changed under it. */

type Name<Draft> = keyof Draft & string;

const namesOf = <Draft extends object>(draft: Draft) => Object.keys(draft) as Name<Draft>[];
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The fields that differ. */
export const differing = <Draft extends object>(one: Draft, other: Draft): Name<Draft>[] =>
  namesOf(one).filter((field) => !same(one[field], other[field]));

/** The fields that were changed alone, so that another manager's other changes stay. */
export const changesOf = <Draft extends object>(known: Draft, draft: Draft): Partial<Draft> =>
  Object.fromEntries(differing(known, draft).map((field) => [field, draft[field]])) as Partial<Draft>;

/** The fields that somebody else has changed to something else since they were loaded. */
export const conflictsOf = <Draft extends object>(known: Draft, now: Draft, draft: Draft): Name<Draft>[] =>
  differing(known, draft).filter(
    (field) => !same(now[field], known[field]) && !same(now[field], draft[field]),
  );

/** What is loaded anew, under what was changed here: the draft takes over all that nobody changed in it. */
export function rebase<Draft extends object>(
  known: Draft,
  now: Draft,
  draft: Draft,
): { known: Draft; draft: Draft } {
  const mine = new Set(differing(known, draft));
  const kept = (fields: Draft) =>
    Object.fromEntries(
      namesOf(now).map((field) => [field, mine.has(field) ? fields[field] : now[field]]),
    ) as Draft;
  const rebased = { known: kept(known), draft: kept(draft) };
  for (const field of mine) {
    // What was saved meanwhile, by this form or by somebody with the same wish, is no change any more.
    if (same(now[field], draft[field])) rebased.known[field] = now[field];
  }
  return rebased;
}
