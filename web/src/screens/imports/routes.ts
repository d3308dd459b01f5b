import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";

interface ImportsSearch {
  /** Whether the dialog for a new import is open, so that a link can lead to it. */
  new?: true;
  /** The license that is chosen in it, as where a client's seats are. */
  license?: string;
}

export const importsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/imports",
  validateSearch: ({ new: opened, license }): ImportsSearch =>
    opened ? { new: true, license: typeof license === "string" ? license : undefined } : {},
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
