import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { operatorRoute, organizationRoute } from "~/shell/routes";

const component = lazyRouteComponent(() => import("./AccountScreen"), "AccountScreen");

/** The person's own account: the same in each organization and among operators, whose frame stays around it. */
export const accountRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/account",
  component,
});

export const operatorAccountRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/account",
  component,
});
