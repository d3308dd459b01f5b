import { Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import classes from "./EmailPreview.module.css";
import { readEmail } from "./emailHtml";

/** An email as its recipient gets it. Its links lead nowhere. */
export function EmailPreview({ email }: { email: Schema<"EmailPreview"> }) {
  const { t } = useTranslation("components");
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current) draw(host.current, email.html);
  }, [email.html]);
  return (
    <section className={classes.email} aria-label={t("email.label")}>
      <dl className={classes.head}>
        <div>
          <dt>{t("email.to")}</dt>
          <dd>{email.to}</dd>
        </div>
        <div>
          <dt>{t("email.subject")}</dt>
          <Text component="dd" inherit fw={600}>
            {email.subject}
          </Text>
        </div>
      </dl>
      <div className={classes.body} ref={host} />
    </section>
  );
}

/**
 * Draw the email beside the page's own styles. The policy of the origin refuses styles within HTML, and allows
 * those that a script sets (decision 65), so they are taken out and set.
 */
function draw(host: HTMLElement, html: string): void {
  const { content, css } = readEmail(html);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.replaceChildren(document.importNode(content, true));
  for (const element of root.querySelectorAll<HTMLElement>("[data-style]")) {
    element.style.cssText = element.dataset.style ?? "";
  }
}
