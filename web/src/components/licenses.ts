/** An organization's licenses, as several screens choose from them. */

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
