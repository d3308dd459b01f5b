import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";

interface Search {
  /** Whether the dialog to invite a manager is open, so that a link can lead to it. */
  invite?: true;
}

export const teamRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/team",
  validateSearch: (search): Search => (search.invite ? { invite: true } : {}),
  component: lazyRouteComponent(() => import("./TeamScreen"), "TeamScreen"),
});
