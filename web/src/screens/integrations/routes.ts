import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Schema } from "~/api/types";
import { organizationRoute } from "~/shell/routes";

const NEW = ["connection", "webhook", "api-key"] as const;
const STATES = ["pending", "delivered", "failed"] as const satisfies Schema<"DeliveryState">[];

interface Search {
  /** The dialog that is open, so that a link can lead to it. */
  new?: (typeof NEW)[number];
}

export const integrationsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/integrations",
  validateSearch: (search): Search => {
    const dialog = NEW.find((one) => one === search.new);
    return dialog ? { new: dialog } : {};
  },
  component: lazyRouteComponent(() => import("./IntegrationsScreen"), "IntegrationsScreen"),
});

interface WebhookSearch {
  state?: Schema<"DeliveryState">;
  edit?: true;
}

/** One webhook, with the log of its deliveries. */
export const webhookRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/webhooks/$webhook",
  validateSearch: (search): WebhookSearch => {
    const state = STATES.find((one) => one === search.state);
    return { ...(state && { state }), ...(search.edit ? { edit: true } : {}) };
  },
  component: lazyRouteComponent(() => import("./webhooks/WebhookScreen"), "WebhookScreen"),
});

interface ConnectionSearch {
  edit?: true;
  /** What the addresses of the people begin with that are listed. */
  q?: string;
}

/** One connection to an identity provider: what to enter there, and its domains. */
export const connectionRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/sso-connections/$connection",
  validateSearch: (search): ConnectionSearch => ({
    ...(search.edit ? { edit: true } : {}),
    ...(search.q ? { q: String(search.q) } : {}),
  }),
  component: lazyRouteComponent(() => import("./connections/ConnectionScreen"), "ConnectionScreen"),
});
