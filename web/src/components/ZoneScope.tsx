import { Text } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useLayoutEffect, useState } from "react";
import { useTranslation } from "react-i18next";

const Named = createContext<((zone: string) => void) | null>(null);

interface Props {
  children: ReactNode;
  /** Where the zone is named, if not above what it is about. */
  place?: (named: ReactNode) => ReactNode;
}

/** A screen, list or dialog that names the time zone of its dates once, where it has any without a time of day. */
export function ZoneScope({ children, place }: Props) {
  const [zones, setZones] = useState<readonly string[]>([]);
  const name = useCallback(
    (zone: string) => setZones((before) => (before.includes(zone) ? before : [...before, zone])),
    [],
  );
  const named = zones.length > 0 && <ZoneName zones={zones} />;
  return (
    <Named value={name}>
      {place ? place(named) : named}
      {children}
    </Named>
  );
}

function ZoneName({ zones }: { zones: readonly string[] }) {
  const { t, i18n } = useTranslation("components");
  const zone = new Intl.ListFormat(i18n.language).format(zones);
  return (
    <Text size="xs" c="dimmed" mb={6}>
      {t("zone", { zone })}
    </Text>
  );
}

/** Have the zone of a date named by what is around it; null for what names its zone itself. */
export function useNamedZone(zone: string | null): void {
  const name = useContext(Named);
  useLayoutEffect(() => {
    if (zone !== null) name?.(zone);
  }, [name, zone]);
}
