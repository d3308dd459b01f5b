import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";
import { licenseSearch } from "./filters";

export const licensesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/licenses",
  validateSearch: (search): { q?: string } =>
    typeof search.q === "string" && search.q ? { q: search.q } : {},
  component: lazyRouteComponent(() => import("./LicensesScreen"), "LicensesScreen"),
});

/** One license; notices about its seats and its end lead here. */
export const licenseRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/licenses/$license",
  validateSearch: licenseSearch,
  component: lazyRouteComponent(() => import("./LicenseScreen"), "LicenseScreen"),
});
