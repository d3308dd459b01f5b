import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";

/** Where somebody who has just accepted the invitation to a team begins; the page of the invitation leads here. */
export const guideRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/guide",
  component: lazyRouteComponent(() => import("./GuideScreen"), "GuideScreen"),
});
