import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { operatorRoute } from "~/shell/routes";
import { type OperatorFilters, readFilters } from "./filters";

export const operatorRequestsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/requests",
  validateSearch: (search: Record<string, unknown>): OperatorFilters => readFilters(search),
  component: lazyRouteComponent(() => import("./OperatorRequestsScreen"), "OperatorRequestsScreen"),
});

export const operatorSeatRequestRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/requests/seats/$request",
  component: lazyRouteComponent(() => import("./OperatorRequestScreen"), "OperatorSeatRequestScreen"),
});

export const operatorSupportRequestRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/requests/support/$request",
  component: lazyRouteComponent(() => import("./OperatorRequestScreen"), "OperatorSupportRequestScreen"),
});
