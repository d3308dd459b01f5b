import { List, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { dayIn, now } from "~/components/dates";
import { FormDialog } from "~/components/FormDialog";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { type BulkChange, type BulkOutcome, changeMany } from "./bulk";
import type { Invite } from "./queries";
import { useInvitesChanged } from "./queries";
import { StartField } from "./StartField";
import { choosableDays } from "./startRule";

const MOST_NAMED = 10;

/** Reads the invites that a dialog is about: those selected, or all that match. */
export type InvitesOf = () => Promise<readonly Invite[]>;

interface Props {
  opened: boolean;
  onClose: () => void;
  /** How many are selected; null where nobody has counted. */
  count: number | null;
  invitesOf: InvitesOf;
  onDone: () => void;
}

/** Asks before invites are sent again. */
export function ResendDialog({ opened, onClose, count, invitesOf, onDone }: Props) {
  const { t } = useTranslation("invites");
  const { send, shown } = useBulk(invitesOf, onDone, (done) => t("resend.done", { count: done }));
  return (
    <>
      <ConfirmDialog
        opened={opened}
        onClose={onClose}
        title={count === null ? t("resend.titleAll") : t("resend.title", { count })}
        confirmLabel={t("resend.action")}
        confirm={(key) => send({ action: "resend" }, key)}
        onDone={shown.show}
      >
        {t("resend.text")}
      </ConfirmDialog>
      <RefusedDialog {...shown} />
    </>
  );
}

/** Moves the start of access of invites to a day, or to their acceptance. */
export function StartDialog({
  opened,
  onClose,
  count,
  invitesOf,
  onDone,
  known,
}: Props & { known: readonly Invite[] }) {
  const { t } = useTranslation("invites");
  const { time_zone } = useOrganization();
  const [chosen, setChosen] = useState<string | null | undefined>();
  const { send, shown } = useBulk(invitesOf, onDone, (done) => t("start.done", { count: done }));
  const movable = known
    .flatMap((invite) => invite.licenses)
    .filter((license) => license.product.kind !== "subscription" || license.flex);
  // Whoever moves a start wants a day: the one that there is, or the first that can be.
  const planned = known.length === 1 ? known[0]?.access_start : null;
  const usual = planned
    ? dayIn(new Date(planned), time_zone)
    : choosableDays(movable, now(), time_zone).first;
  const start = chosen === undefined ? usual : chosen;
  return (
    <>
      <FormDialog
        opened={opened}
        onClose={onClose}
        title={count === null ? t("start.titleAll") : t("start.title", { count })}
        submitLabel={t("start.submit")}
        fields={["access_start"]}
        submit={(key) => send({ action: "reschedule", access_start: start }, key)}
        onDone={(outcome) => {
          setChosen(undefined);
          shown.show(outcome);
        }}
      >
        {(reasonFor) => (
          <>
            <StartField
              value={start}
              onChange={setChosen}
              licenses={movable}
              error={reasonFor("access_start")}
            />
            <Text size="sm" c="dimmed">
              {t("start.told")}
            </Text>
          </>
        )}
      </FormDialog>
      <RefusedDialog {...shown} />
    </>
  );
}

interface Refused {
  outcome: (BulkOutcome & { names: ReadonlyMap<string, string> }) | null;
  close: () => void;
}

function useBulk(invitesOf: InvitesOf, onDone: () => void, textOf: (done: number) => string) {
  const organization = useOrganization();
  const changed = useInvitesChanged(organization.id);
  const [outcome, setOutcome] = useState<Refused["outcome"]>(null);
  // What was read once stays what a repetition is about.
  const [read, setRead] = useState<{ key: string; invites: readonly Invite[] } | null>(null);
  return {
    send: async (change: BulkChange, key: string) => {
      const invites = read?.key === key ? read.invites : await invitesOf();
      setRead({ key, invites });
      const ids = invites.map((invite) => invite.id);
      const names = new Map(invites.map((invite) => [invite.id, invite.email]));
      return { ...(await changeMany(organization.id, ids, change, key)), names };
    },
    shown: {
      outcome,
      close: () => {
        setOutcome(null);
        onDone();
      },
      show: (result: NonNullable<Refused["outcome"]>) => {
        if (result.done > 0) toastDone(textOf(result.done));
        // What the selection was is told until it was read what was refused of it.
        if (result.refused.length > 0) setOutcome(result);
        else onDone();
        void changed();
      },
    },
  };
}

/** Says what was refused, and what to do about each reason. */
function RefusedDialog({ outcome, close }: Refused & { show: unknown }) {
  const { t } = useTranslation("invites");
  return (
    <Modal
      opened={outcome !== null}
      onClose={close}
      title={t("refused.title", {
        count: outcome?.refused.reduce((sum, one) => sum + one.invites.length, 0) ?? 0,
      })}
      closeButtonProps={{ "aria-label": t("components:dialog.close") }}
    >
      <Stack>
        {outcome !== null && outcome.done > 0 && (
          <Text size="sm">{t("refused.others", { count: outcome.done })}</Text>
        )}
        {outcome?.refused.map(({ problem, invites }) => (
          <section key={problem.code}>
            <ProblemAlert error={problem} />
            <List size="sm" mt="xs">
              {invites.slice(0, MOST_NAMED).map((id) => (
                <List.Item key={id}>{outcome.names.get(id)}</List.Item>
              ))}
            </List>
            {invites.length > MOST_NAMED && (
              <Text size="sm" c="dimmed">
                {t("refused.more", { count: invites.length - MOST_NAMED })}
              </Text>
            )}
          </section>
        ))}
      </Stack>
    </Modal>
  );
}
