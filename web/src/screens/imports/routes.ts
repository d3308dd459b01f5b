import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Schema } from "~/api/types";
import { organizationRoute } from "~/shell/routes";

interface ImportsSearch {
  /** Whether the dialog for a new import is open, so that a link can lead to it. */
  new?: true;
  /** What the file's name begins with. */
  q?: string;
  state?: Schema<"ImportState">;
  /** The license that is chosen in it, as where a client's seats are. */
  license?: string;
}

/** In the order in which an import goes through them. */
export const STATES = [
  "awaiting_file",
  "checking",
  "checked",
  "running",
  "finished",
  "refused",
  "canceled",
  "failed",
] as const satisfies Schema<"ImportState">[];

export type ImportsFilters = Pick<ImportsSearch, "q" | "state">;

export const importsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/imports",
  validateSearch: (search): ImportsSearch => {
    const state = STATES.find((one) => one === search.state);
    return {
      ...(search.new ? { new: true as const } : {}),
      ...(search.new && typeof search.license === "string" ? { license: search.license } : {}),
      ...(typeof search.q === "string" && search.q ? { q: search.q } : {}),
      ...(state && { state }),
    };
  },
  component: lazyRouteComponent(() => import("./ImportsScreen"), "ImportsScreen"),
});

interface ImportSearch {
  /** The rows that are shown: `problems`, or those of one verdict; all where it is left out. */
  show?: string;
}

export const importRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/imports/$import",
  validateSearch: (search): ImportSearch => (typeof search.show === "string" ? { show: search.show } : {}),
  component: lazyRouteComponent(() => import("./ImportScreen"), "ImportScreen"),
});
