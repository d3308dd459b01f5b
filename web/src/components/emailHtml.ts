/** The HTML of an email of ours, as what a page can show of it. */

const STYLES = /<style\b[^>]*>([\s\S]*?)<\/style>/gi;
const INLINE_STYLE = /\sstyle=(?=["'])/gi;
const ACTIVE = "script, style, link, meta, base, iframe, object, embed, form, input, title";

/** Take an email apart: what stands in it, its own styles as `data-style`, and its style sheets. */
export function readEmail(html: string): { content: HTMLElement; css: string } {
  const { markup, css } = separateStyles(html);
  const body = new DOMParser().parseFromString(markup, "text/html").body;
  for (const element of body.querySelectorAll(ACTIVE)) element.remove();
  for (const element of body.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) {
      if (name.startsWith("on") || name === "href" || name === "srcset") element.removeAttribute(name);
    }
  }
  for (const image of body.querySelectorAll("img")) {
    // The policy of the origin loads no image of another one.
    if (!isOwn(image.getAttribute("src") ?? "")) image.replaceWith(image.alt);
  }
  // It is the email's heading, and not that of the screen that shows it.
  for (const title of body.querySelectorAll("h1")) {
    const heading = document.createElement("div");
    heading.setAttribute("role", "heading");
    heading.setAttribute("aria-level", "3");
    heading.dataset.style = title.dataset.style ?? "";
    heading.append(...title.childNodes);
    title.replaceWith(heading);
  }
  const content = document.createElement("div");
  content.dataset.style = body.dataset.style ?? "";
  content.append(...body.childNodes);
  return { content, css };
}

/** Part the styles from the markup, by which a parser would be refused them. */
export function separateStyles(html: string): { markup: string; css: string } {
  const sheets: string[] = [];
  const markup = html.replace(STYLES, (_, css: string) => {
    sheets.push(css);
    return "";
  });
  return { markup: markup.replace(INLINE_STYLE, " data-style="), css: sheets.join("\n") };
}

const isOwn = (address: string): boolean =>
  address.startsWith("data:") ||
  (URL.canParse(address, location.origin) && new URL(address, location.origin).origin === location.origin);
