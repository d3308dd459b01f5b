import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { useIdempotencyKey } from "~/components/idempotencyKey";
import { toastDone, toastFailed } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { type Invite, useInvitesChanged } from "./queries";

/** Send one invite again, with a new link. */
export function useResend(invite: Invite) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const changed = useInvitesChanged(organization.id);
  const key = useIdempotencyKey();
  return useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/v1/organizations/{organization}/invites/{invite}/resend", {
          params: {
            path: { organization: organization.id, invite: invite.id },
            header: { "Idempotency-Key": key.value },
          },
        }),
      ),
    onSuccess: () => {
      key.renew();
      toastDone(t("resend.doneOne", { email: invite.email }));
    },
    onError: (error) => {
      key.after(error);
      toastFailed(error);
    },
    onSettled: changed,
  });
}
