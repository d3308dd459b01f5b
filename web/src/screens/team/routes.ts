import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";

interface Search {
  /** Whether the dialog to invite a manager is open, so that a link can lead to it. */
  invite?: true;
  /** What a name or an address begins with. */
  q?: string;
}

export const teamRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/team",
  validateSearch: (search): Search => ({
    ...(search.invite ? { invite: true } : {}),
    ...(typeof search.q === "string" && search.q ? { q: search.q } : {}),
  }),
  component: lazyRouteComponent(() => import("./TeamScreen"), "TeamScreen"),
});
