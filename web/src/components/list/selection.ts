import { useState } from "react";

/** The selected rows: some by their ids, or all that match the filters, loaded or not. */
export type Selected = { kind: "some"; ids: ReadonlySet<string> } | { kind: "all-matching" };

export const NONE: Selected = { kind: "some", ids: new Set() };

export function isSelected(selected: Selected, id: string): boolean {
  return selected.kind === "all-matching" || selected.ids.has(id);
}

/** Select a row or take it out. Of all that match, `loaded` stay: the rest was never seen. */
export function toggled(selected: Selected, id: string, loaded: readonly string[]): Selected {
  const ids = new Set(selected.kind === "all-matching" ? loaded : selected.ids);
  if (!ids.delete(id)) ids.add(id);
  return { kind: "some", ids };
}

/** Select all that are loaded, or none where all are. */
export function toggledAll(selected: Selected, loaded: readonly string[]): Selected {
  const all = loaded.length > 0 && loaded.every((id) => isSelected(selected, id));
  return { kind: "some", ids: new Set(all ? [] : loaded) };
}

export interface Selection {
  selected: Selected;
  change: (selected: Selected) => void;
  clear: () => void;
}

export function useSelection(): Selection {
  const [selected, change] = useState<Selected>(NONE);
  return { selected, change, clear: () => change(NONE) };
}
