import { useTranslation } from "react-i18next";
import { sayBesideRows } from "~/components/rowProblems";
import { toastDone, toastFailed, undoable } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { type BulkOutcome, changeMany } from "./bulk";
import { markLeaving, unmarkLeaving } from "./leaving";
import { useInvitesChanged } from "./queries";

/** Withdraw invites in ten seconds, unless it is undone before. */
export function useWithdraw(): (invites: readonly { id: string; email: string }[]) => void {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const changed = useInvitesChanged(organization.id);
  const report = ({ done, refused }: BulkOutcome) => {
    if (done > 0) toastDone(t("withdraw.done", { count: done }));
    for (const { invites, problem } of refused) {
      if (!sayBesideRows(invites, problem)) toastFailed(problem);
    }
  };
  return (invites) => {
    const ids = invites.map((invite) => invite.id);
    const key = crypto.randomUUID();
    const restore = () => unmarkLeaving(ids);
    markLeaving(ids);
    undoable({
      message: t("withdraw.undoable", { count: ids.length, email: invites[0]?.email }),
      run: async () => {
        const outcome = await changeMany(organization.id, ids, { action: "withdraw" }, key);
        await changed();
        restore();
        report(outcome);
      },
      onUndone: restore,
      onFailed: restore,
      rows: ids,
    });
  };
}
