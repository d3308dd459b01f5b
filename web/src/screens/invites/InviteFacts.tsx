import { useTranslation } from "react-i18next";
import { TextLink } from "~/components/ButtonLink";
import { CopyButton } from "~/components/CopyButton";
import { DateTime } from "~/components/DateTime";
import { Fact, Facts } from "~/components/Facts";
import { nameOf } from "~/shell/LanguageMenu";
import { useOrganization } from "~/shell/organization";
import classes from "./InviteScreen.module.css";
import type { Invite } from "./queries";
import { StateOfInvite } from "./StateOfInvite";

/** What an invite gives, to whom, and how it stands. */
export function InviteFacts({ invite }: { invite: Invite }) {
  const { t } = useTranslation("invites");
  const start = invite.access_start ?? invite.licenses.find((license) => license.starts_at)?.starts_at;
  const isOpen = invite.state === "pending";
  return (
    <Facts>
      <Fact name={t("column.state")}>
        <StateOfInvite invite={invite} />
      </Fact>
      <Fact name={t("column.email")}>
        {invite.email} <CopyButton value={invite.email} />
      </Fact>
      <Fact name={t("column.what")}>
        <Licenses invite={invite} />
      </Fact>
      {invite.groups.length > 0 && (
        <Fact name={t("one.groups")}>{invite.groups.map((group) => group.name).join(", ")}</Fact>
      )}
      <Fact name={t("column.start")}>{start ? <DateTime value={start} /> : t("start.onAcceptance")}</Fact>
      {isOpen && (
        <Fact name={invite.expired ? t("one.expiredOn") : t("one.expires")}>
          <DateTime value={invite.expires_at} end />
        </Fact>
      )}
      <Fact name={t("column.delivery")}>
        {t(`delivery.${invite.delivery}`)} · {t("one.sent", { count: invite.sent.count })}
        {invite.delivery === "queued" && invite.delivery_held && ` · ${t(`held.${invite.delivery_held}`)}`}
      </Fact>
      <Fact name={t("column.sent")}>
        <DateTime value={invite.sent.last_at} style="datetime" />
      </Fact>
      <Fact name={t("column.by")}>{invite.created_by_name ?? invite.created_by}</Fact>
      {invite.language && (
        <Fact name={t("components:language.label")}>
          <span lang={invite.language}>{nameOf(invite.language)}</span>
        </Fact>
      )}
      {invite.link_requested_at && (
        <Fact name={t("one.linkRequested")}>
          <DateTime value={invite.link_requested_at} style="datetime" />
        </Fact>
      )}
      {invite.message && (
        <Fact name={t("new.message")} wide>
          <span className={classes.message}>{invite.message}</span>
        </Fact>
      )}
    </Facts>
  );
}

function Licenses({ invite }: { invite: Invite }) {
  const organization = useOrganization();
  return invite.licenses.map((license) => (
    <div key={license.id}>
      <TextLink
        to="/organizations/$organization/licenses/$license"
        params={{ organization: organization.id, license: license.id }}
        inherit
      >
        {license.product.name}
      </TextLink>
    </div>
  ));
}
