import { Title } from "@mantine/core";
import {
  IconAlertTriangle,
  IconChevronRight,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconProgress,
} from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { now } from "~/components/dates";
import { ScreenLink } from "~/components/ScreenLink";
import classes from "./Matters.module.css";
import { type Matter, mattersOf } from "./matters";

const ICONS = {
  failed: IconCircleX,
  attention: IconAlertTriangle,
  waiting: IconClock,
  running: IconProgress,
  ok: IconCircleCheck,
  off: IconClock,
} as const;

/** What needs the managers now; each leads to where it is seen to. */
export function Matters({ overview }: { overview: Schema<"Overview"> }) {
  const { t } = useTranslation("overview");
  const id = useId();
  const matters = mattersOf(overview, now());
  return (
    <section className={classes.section} aria-labelledby={id}>
      <Title order={2} size="h4" id={id}>
        {t("matters.title")}
      </Title>
      {matters.length === 0 ? (
        <p className={classes.none}>
          <IconCircleCheck size={20} aria-hidden="true" />
          {t("matters.none")}
        </p>
      ) : (
        <ul className={classes.list}>
          {matters.map((matter) => (
            <li key={`${matter.kind}-${matter.license?.id ?? ""}`}>
              <Entry matter={matter} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Entry({ matter }: { matter: Matter }) {
  const { t } = useTranslation("overview");
  const Icon = ICONS[matter.tone];
  const { kind, count } = matter;
  const product = matter.license?.product.name ?? "";
  return (
    <ScreenLink to={matter.to} className={classes.entry}>
      <span className={classes.icon} data-tone={matter.tone}>
        <Icon size={20} stroke={1.8} aria-hidden="true" />
      </span>
      <span className={classes.words}>
        <strong>{t(`matters.${kind}.what`, { count, product })}</strong>
        <span>{t(`matters.${kind}.next`)}</span>
      </span>
      <IconChevronRight className={classes.arrow} size={18} aria-hidden="true" />
    </ScreenLink>
  );
}
