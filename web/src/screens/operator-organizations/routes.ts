import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { operatorRoute } from "~/shell/routes";

export const operatorOrganizationsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/organizations",
  component: lazyRouteComponent(() => import("./OperatorOrganizationsScreen"), "OperatorOrganizationsScreen"),
});
