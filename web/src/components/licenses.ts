/** An organization's licenses and those of its clients, as several screens choose from them. */

import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";

export const licensesQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "licenses"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/licenses", { params: { path: { organization } }, signal }),
      ),
  });

/** What a client holds of an organization's licenses. */
export const sublicensesQuery = (organization: string, client: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "clients", client, "sublicenses"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/clients/{client}/sublicenses", {
          params: { path: { organization, client } },
          signal,
        }),
      ),
  });
