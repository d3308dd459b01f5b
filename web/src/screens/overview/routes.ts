import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";

export const overviewRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/overview",
  component: lazyRouteComponent(() => import("./OverviewScreen"), "OverviewScreen"),
});
