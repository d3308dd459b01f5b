import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { now } from "~/components/dates";
import { type LogEvent, logEventsOf } from "~/components/events/event";
import { type CursorList, useCursorList } from "~/components/list/cursorList";

const PAGE = 100;
const EVENTS = 20;
const PRODUCTS = 200;

export type OrganizationDetail = Schema<"OrganizationDetail">;

export function useOrganizations(q: string | undefined): CursorList<Schema<"OperatedOrganization">> {
  return useCursorList({
    queryKey: ["operator", "organizations", { q }],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/operator/organizations", { params: { query: { cursor, q, limit: PAGE } }, signal }),
      ),
  });
}

export const organizationDetailQuery = (organization: string) =>
  queryOptions({
    queryKey: ["operator", "organizations", organization],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/operator/organizations/{organization}", { params: { path: { organization } }, signal }),
      ),
  });

/** The organization at a glance, as its own managers have it. */
export const figuresQuery = (organization: string) =>
  queryOptions({
    queryKey: ["operator", "organizations", organization, "figures"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/overview", { params: { path: { organization } }, signal }),
      ),
  });

export function useEvents(organization: string): CursorList<LogEvent> {
  return useCursorList({
    queryKey: ["operator", "organizations", organization, "events"],
    fetchPage: async (cursor, signal) =>
      logEventsOf(
        await unwrap(
          api.GET("/v1/organizations/{organization}/events", {
            params: { path: { organization }, query: { cursor, limit: EVENTS } },
            signal,
          }),
        ),
      ),
  });
}

/** The products of which licenses can be granted. */
export const grantableProductsQuery = queryOptions({
  queryKey: ["operator", "products", "grantable"],
  queryFn: async ({ signal }) => {
    const products: Schema<"Product">[] = [];
    let cursor: string | undefined;
    do {
      const page = await unwrap(
        api.GET("/v1/operator/products", { params: { query: { cursor, limit: PRODUCTS } }, signal }),
      );
      products.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor);
    const present = now();
    return products.filter((one) => one.retires_at === null || new Date(one.retires_at) > present);
  },
});

/** Load anew what a command on an organization changes. */
export function useOrganizationsChanged(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["operator", "organizations"] }),
      client.invalidateQueries({ queryKey: ["operator", "domains"] }),
    ]);
}
