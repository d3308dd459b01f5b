import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";
import { isTemplate, type Template } from "./emails";

export const settingsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./GeneralScreen"), "GeneralScreen"),
});

export const appearanceRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/settings/appearance",
  component: lazyRouteComponent(() => import("./AppearanceScreen"), "AppearanceScreen"),
});

interface EmailsSearch {
  /** The email that is shown. */
  email?: Template;
}

export const emailsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/settings/emails",
  validateSearch: (search): EmailsSearch => (isTemplate(search.email) ? { email: search.email } : {}),
  component: lazyRouteComponent(() => import("./EmailsScreen"), "EmailsScreen"),
});

export const noticesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/settings/notices",
  component: lazyRouteComponent(() => import("./NoticesScreen"), "NoticesScreen"),
});
