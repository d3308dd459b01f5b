/** What failed about rows after it could have been undone, such as a withdrawal, to be said beside them. */

import { useEffect, useSyncExternalStore } from "react";

let problems: ReadonlyMap<string, unknown> = new Map();
const listeners = new Set<() => void>();
const shown = new Map<string, number>();

function change(next: ReadonlyMap<string, unknown>): void {
  problems = next;
  for (const listener of [...listeners]) listener();
}

/** Say what failed beside the rows of these ids; return whether all of them are shown. */
export function sayBesideRows(ids: readonly string[], error: unknown): boolean {
  const seen = ids.filter((id) => shown.has(id));
  if (seen.length > 0) change(new Map([...problems, ...seen.map((id) => [id, error] as const)]));
  return seen.length === ids.length;
}

export const dismissRowProblem = (id: string): void =>
  change(new Map([...problems].filter(([one]) => one !== id)));

/** What failed about the row, as long as it is shown and the problem was not dismissed. */
export function useRowProblem(id: string): unknown {
  useEffect(() => {
    shown.set(id, (shown.get(id) ?? 0) + 1);
    return () => {
      const left = (shown.get(id) ?? 1) - 1;
      if (left > 0) shown.set(id, left);
      else shown.delete(id);
    };
  }, [id]);
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => problems.get(id) ?? null,
  );
}
