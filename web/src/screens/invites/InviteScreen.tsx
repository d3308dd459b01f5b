import { Button, Group, Skeleton, Stack, Title } from "@mantine/core";
import { IconArrowLeft, IconCalendar, IconMailForward, IconMailOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import { ButtonLink } from "~/components/ButtonLink";
import { now } from "~/components/dates";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { useRowProblem } from "~/components/rowProblems";
import { NotFoundScreen } from "~/shell/ErrorScreens";
import { useOrganization } from "~/shell/organization";
import { StartDialog } from "./BulkDialogs";
import { InviteAccesses } from "./InviteAccesses";
import { InviteFacts } from "./InviteFacts";
import { InviteHistory } from "./InviteHistory";
import classes from "./InviteScreen.module.css";
import { useLeaving } from "./leaving";
import { nameOf } from "./names";
import { type Invite, inviteQuery } from "./queries";
import { inviteRoute } from "./routes";
import { mayMoveStart } from "./startRule";
import { useResend } from "./useResend";
import { useWithdraw } from "./useWithdraw";

/** One invite: what it gives, how it went, and what can be done with it. */
export function InviteScreen() {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const { invite: id } = inviteRoute.useParams();
  const invite = useQuery(inviteQuery(organization.id, id));
  if (invite.error instanceof ApiProblem && invite.error.status === 404) return <NotFoundScreen />;
  const back = (
    <ButtonLink
      variant="default"
      leftSection={<IconArrowLeft size={16} />}
      to="/organizations/$organization/invites"
      params={{ organization: organization.id }}
    >
      {t("one.all")}
    </ButtonLink>
  );
  return (
    <Page title={invite.data ? nameOf(invite.data) : t("one.title")} actions={back}>
      {invite.isPending && <Skeleton height={260} radius={12} />}
      {invite.error && !invite.data && (
        <Stack align="flex-start">
          <ProblemAlert error={invite.error} />
          <Button variant="default" onClick={() => void invite.refetch()}>
            {t("retry")}
          </Button>
        </Stack>
      )}
      {invite.data && <Shown invite={invite.data} />}
    </Page>
  );
}

function Shown({ invite }: { invite: Invite }) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  return (
    <div className={classes.columns}>
      <Stack gap="lg">
        <section className={classes.card}>
          <InviteFacts invite={invite} />
          {organization.may("invite") && <Actions invite={invite} />}
        </section>
        {invite.state === "accepted" && (
          <section className={classes.card}>
            <Title order={2} size="h5" mb="sm">
              {t("one.accesses")}
            </Title>
            <InviteAccesses invite={invite} />
          </section>
        )}
      </Stack>
      <section className={classes.card}>
        <Title order={2} size="h5" mb="sm">
          {t("one.history")}
        </Title>
        <InviteHistory invite={invite} />
      </section>
    </div>
  );
}

function Actions({ invite }: { invite: Invite }) {
  const { t } = useTranslation("invites");
  const [moving, setMoving] = useState(false);
  const resend = useResend(invite);
  const withdraw = useWithdraw();
  const leaving = useLeaving();
  const isPending = invite.state === "pending" && !leaving.has(invite.id);
  const failed = useRowProblem(invite.id);
  const isMovable = mayMoveStart(invite, now()) && !leaving.has(invite.id);
  const problem = <ProblemAlert error={resend.error ?? failed} />;
  if (!isPending && !isMovable) return problem;
  return (
    <Stack gap="sm" mt="lg">
      {problem}
      <Group gap="sm">
        {isPending && (
          <Button
            variant={invite.expired ? "filled" : "default"}
            size="sm"
            leftSection={<IconMailForward size={16} />}
            loading={resend.isPending}
            onClick={() => resend.mutate(undefined)}
          >
            {t("resend.action")}
          </Button>
        )}
        {isMovable && (
          <Button
            variant="default"
            size="sm"
            leftSection={<IconCalendar size={16} />}
            onClick={() => setMoving(true)}
          >
            {t("start.action")}
          </Button>
        )}
        {isPending && (
          <Button
            variant="default"
            size="sm"
            leftSection={<IconMailOff size={16} />}
            onClick={() => withdraw([invite])}
          >
            {t("withdraw.action")}
          </Button>
        )}
        <StartDialog
          opened={moving}
          onClose={() => setMoving(false)}
          count={1}
          known={[invite]}
          invitesOf={async () => [invite]}
          onDone={() => undefined}
        />
      </Group>
    </Stack>
  );
}
