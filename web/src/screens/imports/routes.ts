import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";

interface ImportsSearch {
  /** Whether the dialog for a new import is open, so that a link can lead to it. */
  new?: true;
}

export const importsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/imports",
  validateSearch: (search): ImportsSearch => (search.new ? { new: true } : {}),
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
