import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";
import { type ActivityFilters, type ReportFilters, readActivityFilters, readFilters } from "./filters";

export const reportsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/reports",
  validateSearch: (search: Record<string, unknown>): ReportFilters => readFilters(search),
  component: lazyRouteComponent(() => import("./ReportsScreen"), "ReportsScreen"),
});

export const activityRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/reports/activity",
  validateSearch: (search: Record<string, unknown>): ActivityFilters => readActivityFilters(search),
  component: lazyRouteComponent(() => import("./ActivityScreen"), "ActivityScreen"),
});
