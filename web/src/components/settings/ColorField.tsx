import { TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { parseColor, TEXT_CONTRAST, USHER_COLOR } from "~/shell/brand";
import classes from "./ColorField.module.css";
import { type Palette, paletteOf } from "./palette";

const OFFERED = [USHER_COLOR, "#0b6e6e", "#1b6e3c", "#7a3e9d", "#a8174e", "#b3261e", "#b45309", "#334155"];

interface Props {
  value: string;
  onChange: (color: string) => void;
  error?: string;
}

/** A field for the organization's color, which says while one picks how well text on it can be read. */
export function ColorField({ value, onChange, error }: Props) {
  const { t } = useTranslation("settings-form");
  const palette = paletteOf(value);
  return (
    <div>
      <TextInput
        label={t("color.label")}
        description={t("color.hint")}
        autoComplete="off"
        spellCheck={false}
        maxLength={7}
        styles={{ wrapper: { maxWidth: "12rem" } }}
        value={value}
        onChange={(event) => onChange(withHash(event.currentTarget.value.trim()))}
        error={error ?? (palette ? undefined : t("color.wrong"))}
        leftSection={
          <input
            type="color"
            className={classes.picker}
            aria-label={t("color.pick")}
            value={parseColor(value) ? value.toLowerCase() : USHER_COLOR}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        }
        leftSectionPointerEvents="all"
      />
      <ul className={classes.offered} aria-label={t("color.offered")}>
        {OFFERED.map((color) => (
          <li key={color}>
            <button
              type="button"
              aria-label={t("color.take", { color })}
              aria-pressed={color === value.toLowerCase()}
              style={{ background: color }}
              onClick={() => onChange(color)}
            />
          </li>
        ))}
      </ul>
      <div role="status">{palette && <Verdict palette={palette} />}</div>
    </div>
  );
}

const withHash = (text: string) => (/^[0-9a-f]{6}$/i.test(text) ? `#${text}` : text);

/** How text on the color and links in it can be read: a color that is too light is darkened for links. */
function Verdict({ palette }: { palette: Palette }) {
  const { t, i18n } = useTranslation("settings-form");
  const ratio = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const darkened = palette.ofLinks < TEXT_CONTRAST;
  return (
    <ul className={classes.verdict}>
      <li data-tone="ok">
        <IconCircleCheck size={16} aria-hidden="true" />
        <span>
          {t(palette.onBrand === "#ffffff" ? "color.white" : "color.black", {
            ratio: ratio.format(palette.ofText),
          })}
        </span>
      </li>
      <li data-tone={darkened ? "attention" : "ok"}>
        {darkened ? (
          <IconAlertTriangle size={16} aria-hidden="true" />
        ) : (
          <IconCircleCheck size={16} aria-hidden="true" />
        )}
        <span>
          {t(darkened ? "color.darkened" : "color.links", {
            ratio: ratio.format(palette.ofLinks),
            needed: ratio.format(TEXT_CONTRAST),
            ink: palette.ink,
          })}
        </span>
      </li>
    </ul>
  );
}
