import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type LogEvent, linksOf } from "~/components/events/event";
import { ScreenLink } from "~/components/ScreenLink";
import { useOrganization } from "~/shell/organization";
import { screenExists } from "~/shell/screenExists";
import classes from "./EventsScreen.module.css";

/** To the screens of what the event is about, as far as there are some for this person. */
export function EventLinks({ event }: { event: LogEvent }) {
  const { t } = useTranslation("events");
  const router = useRouter();
  const organization = useOrganization();
  const links = linksOf(event).filter(({ to }) =>
    screenExists(router, "organization", to.split(/[?/]/)[0] ?? ""),
  );
  const seen = links.filter(({ name }) => name !== "integrations" || organization.may("manage_programs"));
  if (seen.length === 0) return null;
  return (
    <div className={classes.links}>
      {seen.map(({ name, to }) => (
        <ScreenLink key={to} to={to}>
          {t(`links.${name}`)}
        </ScreenLink>
      ))}
    </div>
  );
}
