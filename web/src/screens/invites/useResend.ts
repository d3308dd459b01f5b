import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { useOrganization } from "~/shell/organization";
import { type Invite, useInvitesChanged } from "./queries";

/** Send one invite again, with a new link. */
export function useResend(invite: Invite) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const changed = useInvitesChanged(organization.id);
  return useCommand({
    run: (_: undefined, key) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/invites/{invite}/resend", {
          params: {
            path: { organization: organization.id, invite: invite.id },
            header: { "Idempotency-Key": key },
          },
        }),
      ),
    onDone: () => toastDone(t("resend.doneOne", { email: invite.email })),
    onSettled: changed,
  });
}
