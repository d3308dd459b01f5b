import { Button, Group, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { License, Schema } from "~/api/types";
import { ButtonLink, TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { now } from "~/components/dates";
import { SeatBar } from "~/components/SeatBar";
import { StateBadge } from "~/components/StateBadge";
import { seatLevel } from "~/components/seats";
import { useOrganization } from "~/shell/organization";
import classes from "./LicenseCard.module.css";
import { RequestSeatsDialog } from "./RequestSeatsDialog";
import { SeatRequestNote } from "./SeatRequestNote";
import { SelfAssignDialog } from "./SelfAssignDialog";
import { phaseOf } from "./validity";

interface Props {
  license: License;
  /** Its open requests for more seats. */
  requests: readonly Schema<"SeatRequest">[];
  /** Of the accesses that hold its seats, on its own screen. */
  counts?: Schema<"AccessCounts"> | null;
  /** Whether its name leads to its own screen. */
  linked?: boolean;
}

/** A license at a glance: how many seats are left, until when, and what one can do about it. */
export function LicenseCard({ license, requests, counts, linked = false }: Props) {
  const { t } = useTranslation("licenses");
  const organization = useOrganization();
  const { product, seats } = license;
  return (
    <article className={classes.card} aria-labelledby={`license-${license.id}`}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
        <div>
          <Title order={2} size="h4" id={`license-${license.id}`}>
            {linked ? (
              <TextLink
                to="/organizations/$organization/licenses/$license"
                params={{ organization: organization.id, license: license.id }}
                inherit
                c="inherit"
              >
                {product.name}
              </TextLink>
            ) : (
              product.name
            )}
          </Title>
          <Text size="sm" c="dimmed">
            {t(`kind.${product.kind}`)}
            {license.flex && ` · ${t("flex")}`}
          </Text>
        </div>
        <State license={license} />
      </Group>
      <p className={classes.left}>
        <strong>{seats.available}</strong>{" "}
        <span>{t("seats.leftOf", { count: seats.available, total: seats.total })}</span>
      </p>
      <SeatBar seats={seats} />
      <Validity license={license} />
      {counts && <Seats counts={counts} />}
      {requests.map((request) => (
        <SeatRequestNote key={request.id} request={request} />
      ))}
      <Actions license={license} />
    </article>
  );
}

function State({ license }: { license: License }) {
  const { t } = useTranslation("licenses");
  const phase = phaseOf(license, now());
  if (phase === "over") return <StateBadge tone="off">{t("state.over")}</StateBadge>;
  if (phase === "upcoming") return <StateBadge tone="waiting">{t("state.upcoming")}</StateBadge>;
  const level = seatLevel(license.seats);
  if (level === "out") return <StateBadge tone="failed">{t("state.out")}</StateBadge>;
  if (phase === "ending") return <StateBadge tone="attention">{t("state.ending")}</StateBadge>;
  if (level === "low") return <StateBadge tone="attention">{t("state.low")}</StateBadge>;
  return <StateBadge tone="ok">{t("state.running")}</StateBadge>;
}

function Validity({ license }: { license: License }) {
  const { t } = useTranslation("licenses");
  return (
    <dl className={classes.facts}>
      <div>
        <dt>{t("validFrom")}</dt>
        <dd>
          <DateTime value={license.valid_from} />
        </dd>
      </div>
      <div>
        <dt>{t("validUntil")}</dt>
        <dd>
          <DateTime value={license.valid_until} end />
        </dd>
      </div>
      {license.starts_at && (
        <div>
          <dt>{t("startsAt")}</dt>
          <dd>
            <DateTime value={license.starts_at} />
          </dd>
        </div>
      )}
      {license.parent && (
        <div>
          <dt>{t("origin")}</dt>
          <dd>{t("originProvider")}</dd>
        </div>
      )}
    </dl>
  );
}

const HOLDING = ["active", "scheduled", "reserved"] as const;

/** What the seats in use are in use for. */
function Seats({ counts }: { counts: Schema<"AccessCounts"> }) {
  const { t } = useTranslation("licenses");
  return (
    <dl className={classes.facts}>
      {HOLDING.map((state) => (
        <div key={state}>
          <dt>{t(`accesses.${state}`)}</dt>
          <dd>{t("accesses.value", { value: counts[state] })}</dd>
        </div>
      ))}
    </dl>
  );
}

function Actions({ license }: { license: License }) {
  const { t } = useTranslation("licenses");
  const organization = useOrganization();
  const [dialog, setDialog] = useState<"assign" | "request" | null>(null);
  const isOver = phaseOf(license, now()) === "over";
  // A client's seats come from its provider, whom its managers ask (decision 33).
  const mayRequest = organization.may("file_requests") && license.parent === null && !isOver;
  const mayAssign = organization.may("assign_self") && license.seats.available > 0 && !isOver;
  const mayInvite = organization.may("invite") && !isOver;
  if (!mayInvite && !mayRequest && !mayAssign) return null;
  const close = () => setDialog(null);
  return (
    <Group gap="sm" className={classes.actions}>
      {mayInvite && (
        <ButtonLink
          variant={license.seats.available > 0 ? "filled" : "default"}
          size="sm"
          to="/organizations/$organization/invites/new"
          params={{ organization: organization.id }}
          search={{ license: license.id }}
        >
          {t("invite")}
        </ButtonLink>
      )}
      {mayAssign && (
        <Button variant="default" size="sm" onClick={() => setDialog("assign")}>
          {t("assign.action")}
        </Button>
      )}
      {mayRequest && (
        <Button
          variant={license.seats.available === 0 ? "filled" : "default"}
          size="sm"
          onClick={() => setDialog("request")}
        >
          {t("request.action")}
        </Button>
      )}
      <SelfAssignDialog license={license} opened={dialog === "assign"} onClose={close} />
      <RequestSeatsDialog license={license} opened={dialog === "request"} onClose={close} />
    </Group>
  );
}
