/** Files that the browser saves. */

import { api, unwrap } from "~/api/client";
import type { paths } from "~/api/schema";
import { useOrganization } from "~/shell/organization";
import { useCommand } from "./useCommand";

type Export =
  paths["/v1/organizations/{organization}/downloads"]["post"]["requestBody"]["content"]["application/json"];

/**
 * Download a list as a file: the browser follows a link that works for five minutes (decision 60).
 *
 * Another organization than that of the screen is the one that is asked, such as for a list of a client of it.
 * `error` is shown beside the button.
 */
export function useDownload(asked?: string) {
  const { id } = useOrganization();
  const command = useCommand({
    run: (what: Export) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/downloads", {
          params: { path: { organization: asked ?? id } },
          body: what,
        }),
      ),
    onDone: (link) => save(new URL(link.url).pathname, ""),
  });
  const { isPending, error, reset } = command;
  return { start: (what: Export) => command.mutate(what), isPending, error, onClose: reset };
}

/** Save what is in memory as a file of this name. */
export function saveFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  save(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** `name` is empty where the answer says it. */
function save(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
