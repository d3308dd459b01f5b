/** The invites whose withdrawal can still be undone, so that every screen shows them as they are about to be. */

import { useSyncExternalStore } from "react";

let leaving: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function change(next: ReadonlySet<string>): void {
  leaving = next;
  for (const listener of [...listeners]) listener();
}

export const markLeaving = (ids: readonly string[]) => change(new Set([...leaving, ...ids]));

export const unmarkLeaving = (ids: readonly string[]) => {
  const back = new Set(ids);
  change(new Set([...leaving].filter((id) => !back.has(id))));
};

export function useLeaving(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => leaving,
  );
}
