/** How the screen of a license stands in its address. */

import type { Schema } from "~/api/types";

export const STATES = ["reserved", "scheduled", "active", "ended", "released"] as const;

export interface LicenseSearch {
  /** The state in which people are shown; without one, those who hold a seat. */
  state?: Schema<"AccessState">;
  /** Whether the dialog is open that gives learners a seat. */
  give?: true;
}

/** Read what an address says; what makes no sense is left out. */
export function licenseSearch(search: Record<string, unknown>): LicenseSearch {
  const state = STATES.find((one) => one === search.state);
  return { ...(state && { state }), ...(search.give === true && { give: true as const }) };
}
