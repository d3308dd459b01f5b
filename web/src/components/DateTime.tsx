import { useTranslation } from "react-i18next";
import { useOrganizationIfAny } from "~/shell/organization";
import { type DateStyle, lastMomentBefore, now, writeDate, writeDistance } from "./dates";
import { useNamedZone } from "./ZoneScope";

interface Props {
  /** RFC 3339, as the API writes it. */
  value: string;
  /** `distance`: how far away; the moment itself is told on hover. */
  style?: DateStyle | "distance";
  /** Whether something ends then: an end at midnight is told as the day before. */
  end?: boolean;
  /** For what has no organization around it; else its zone counts. */
  timeZone?: string;
}

/** A moment in the organization's time zone, which a time of day names itself, and `ZoneScope` for dates without one. */
export function DateTime({ value, style = "date", end = false, timeZone }: Props) {
  const { i18n } = useTranslation();
  const organization = useOrganizationIfAny();
  const zone = timeZone ?? organization?.time_zone ?? "UTC";
  useNamedZone(style === "date" ? zone : null);
  const instant = end ? lastMomentBefore(new Date(value)) : new Date(value);
  const whole = writeDate(instant, "datetime", i18n.language, zone);
  return (
    <time dateTime={value} title={`${whole} (${zone})`}>
      {style === "distance"
        ? writeDistance(instant, now(), i18n.language)
        : writeDate(instant, style, i18n.language, zone)}
    </time>
  );
}
