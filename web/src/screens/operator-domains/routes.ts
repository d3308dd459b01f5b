import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { operatorRoute } from "~/shell/routes";

export const operatorDomainsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/domains",
  component: lazyRouteComponent(() => import("./OperatorDomainsScreen"), "OperatorDomainsScreen"),
});
