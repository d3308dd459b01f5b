import { Button, Group, Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { useAddressFault } from "~/components/addressFaults";
import { ButtonLink, TextLink } from "~/components/ButtonLink";
import { StateBadge, type Tone } from "~/components/StateBadge";
import { useOrganization } from "~/shell/organization";
import { byUrgency } from "./addresses";
import type { Draft } from "./draft";
import classes from "./NewInvitesScreen.module.css";

const TONES: Record<Schema<"Outcome">, Tone> = {
  invited: "ok",
  already_invited: "off",
  already_assigned: "off",
  duplicate: "off",
  invalid: "failed",
  no_seat: "failed",
  too_many_emails: "attention",
};

interface Props {
  results: readonly Schema<"InviteResult">[];
  draft: Draft;
  again: () => void;
}

/** What became of each address; first what asks for something. */
export function ResultStep({ results, draft, again }: Props) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const faultIn = useAddressFault();
  const owner = draft.client?.id ?? organization.id;
  const invited = results.filter((result) => result.outcome === "invited").length;
  return (
    <div className={classes.card}>
      <Stack>
        <Title order={2} size="h4">
          {t("new.result", { count: invited })}
        </Title>
        <ul className={classes.results}>
          {byUrgency(results).map(({ email, outcome, invite, reason, reason_code }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a text can be there twice, and nothing moves
            <li key={index}>
              {invite ? (
                <TextLink
                  to="/organizations/$organization/invites/$invite"
                  params={{ organization: owner, invite: invite.id }}
                  inherit
                >
                  {email}
                </TextLink>
              ) : (
                <span>
                  {email}
                  {reason && ` – ${faultIn({ reason, reason_code })}`}
                </span>
              )}
              <StateBadge tone={TONES[outcome]}>{t(`outcome.${outcome}`)}</StateBadge>
            </li>
          ))}
        </ul>
        <Group justify="flex-end">
          <Button variant="default" onClick={again}>
            {t("new.again")}
          </Button>
          <ButtonLink to="/organizations/$organization/invites" params={{ organization: owner }}>
            {t("new.toList")}
          </ButtonLink>
        </Group>
      </Stack>
    </div>
  );
}
