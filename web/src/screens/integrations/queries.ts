import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { type CursorList, useCursorList } from "~/components/list/cursorList";
import { useListsChanged } from "~/components/useListsChanged";

export type Webhook = Schema<"Webhook">;
export type Connection = Schema<"Connection">;
export type ApiKey = Schema<"ApiKey">;
export type WebhookDelivery = Schema<"WebhookDelivery">;

export const connectionsQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "sso-connections"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/sso-connections", {
          params: { path: { organization } },
          signal,
        }),
      ),
  });

export const connectionQuery = (organization: string, connection: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "sso-connections", connection],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/sso-connections/{connection}", {
          params: { path: { organization, connection } },
          signal,
        }),
      ),
  });

/** Who signed in through a connection, by address; those whose address begins so. */
export function useLinkedPeople(
  organization: string,
  connection: string,
  q: string | undefined,
): CursorList<Schema<"LinkedPerson">> {
  return useCursorList({
    queryKey: ["organizations", organization, "sso-connections", connection, "people", { q }],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/sso-connections/{connection}/people", {
          params: { path: { organization, connection }, query: { q, cursor } },
          signal,
        }),
      ),
  });
}

export const webhooksQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "webhooks"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/webhooks", { params: { path: { organization } }, signal }),
      ),
  });

export const webhookQuery = (organization: string, webhook: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "webhooks", webhook],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/webhooks/{webhook}", {
          params: { path: { organization, webhook } },
          signal,
        }),
      ),
  });

export const apiKeysQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "api-keys"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/api-keys", { params: { path: { organization } }, signal }),
      ),
  });

/** The deliveries of a webhook, those of the newest events first. */
export function useDeliveries(
  organization: string,
  webhook: string,
  state: Schema<"DeliveryState"> | undefined,
): CursorList<WebhookDelivery> {
  return useCursorList({
    queryKey: ["organizations", organization, "webhooks", webhook, "deliveries", state],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/webhooks/{webhook}/deliveries", {
          params: { path: { organization, webhook }, query: { cursor, state: state && [state] } },
          signal,
        }),
      ),
  });
}

/** How many deliveries of a webhook are under way, and how many failed. */
export const deliveryCountsQuery = (organization: string, webhook: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "webhooks", webhook, "delivery-counts"],
    queryFn: async ({ signal }) => {
      const page = await unwrap(
        api.GET("/v1/organizations/{organization}/webhooks/{webhook}/deliveries", {
          params: { path: { organization, webhook }, query: { counts: true, limit: 1 } },
          signal,
        }),
      );
      return page.counts ?? null;
    },
  });

/** Load anew what a command on one kind of integration changes. */
export const useIntegrationsChanged = (
  organization: string,
  kind: "sso-connections" | "webhooks" | "api-keys",
  gone?: string,
) => useListsChanged(organization, [kind], gone);
